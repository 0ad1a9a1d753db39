"""A token bucket: how much may be taken over time. Pure; seconds of any clock that does not go back."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Holds ``burst`` tokens at most and gets ``per_s`` of them a second; starts full."""

    per_s: float
    burst: float
    _tokens: float = field(init=False)
    _filled_at: float | None = None

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Whether there were so many; if so, they are taken."""
        since = 0.0 if self._filled_at is None else now - self._filled_at
        self._tokens = min(self.burst, self._tokens + since * self.per_s)
        self._filled_at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
