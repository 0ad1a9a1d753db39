"""How much passes in a while. Pure: seconds of any clock that does not go back."""

from collections import deque
from dataclasses import dataclass, field

_GRAIN_S = 0.1


@dataclass(slots=True)
class Rate:
    """Amounts of the last ``window_s`` seconds, to a tenth of a second."""

    window_s: float = 1.0
    _slots: deque[list[float]] = field(default_factory=deque)

    def add(self, now: float, amount: float) -> None:
        """So much passed."""
        if not self._slots or now - self._slots[-1][0] >= _GRAIN_S:
            self._slots.append([now, 0.0])
            self._forget(now)
        self._slots[-1][1] += amount

    def total(self, now: float) -> float:
        """Of the window that ends now."""
        self._forget(now)
        return sum(amount for _, amount in self._slots)

    def per_s(self, now: float) -> float:
        """The mean over the window."""
        return self.total(now) / self.window_s

    def _forget(self, now: float) -> None:
        while self._slots and self._slots[0][0] <= now - self.window_s:
            self._slots.popleft()
