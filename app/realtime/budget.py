"""How much one client may ask for: a token bucket for messages, and a window for errors."""

import time
from collections import deque
from collections.abc import Callable

from vb.protocol.limits import ERROR_WINDOW_S, ERRORS_BEFORE_CLOSE, RATE_BURST, RATE_MESSAGES_PER_S

AGENT_SHARE = 50
"""An agent has this many times a person's budget: it answers all viewers, who may all come back at once."""


class Budget:
    """Made for each connection. ``clock`` gives monotonic seconds; ``share`` multiplies what is allowed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, share: int = 1) -> None:
        self._clock = clock
        self._share = share
        self._tokens = float(RATE_BURST * share)
        self._at = clock()
        self._errors: deque[float] = deque()

    def allow(self, weight: int = 1) -> bool:
        """Take ``weight`` messages out of the bucket; False, and nothing taken, if it has not so many."""
        now = self._clock()
        refilled = self._tokens + (now - self._at) * RATE_MESSAGES_PER_S * self._share
        self._tokens = min(RATE_BURST * self._share, refilled)
        self._at = now
        if self._tokens < weight:
            return False
        self._tokens -= weight
        return True

    def error(self) -> bool:
        """Count one error; True if this is one too many and the socket must be closed."""
        now = self._clock()
        self._errors.append(now)
        while self._errors and self._errors[0] <= now - ERROR_WINDOW_S:
            self._errors.popleft()
        return len(self._errors) >= ERRORS_BEFORE_CLOSE * self._share
