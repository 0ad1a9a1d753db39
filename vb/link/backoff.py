"""How long to wait before dialling again. Pure but for the random source that it is given."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Grows from ``first_s`` by doubling up to ``most_s``; each wait is drawn between half and all of that.

    ``draw`` gives numbers from 0 up to 1.
    """

    draw: Callable[[], float]
    first_s: float = 0.25
    most_s: float = 4.0
    _tries: int = 0

    def next_s(self) -> float:
        """Seconds to wait now."""
        whole = min(self.most_s, self.first_s * 2.0 ** min(self._tries, 16))
        self._tries += 1
        return whole * (0.5 + 0.5 * self.draw())

    def reset(self) -> None:
        """It worked: begin anew next time."""
        self._tries = 0
