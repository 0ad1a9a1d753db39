"""How much one client may ask for: a token bucket for messages, and a window for errors."""

import time
from collections import deque
from collections.abc import Callable

from vb.protocol.limits import ERROR_WINDOW_S, ERRORS_BEFORE_CLOSE, RATE_BURST, RATE_MESSAGES_PER_S


class Budget:
    """Made for each connection. ``clock`` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = float(RATE_BURST)
        self._at = clock()
        self._errors: deque[float] = deque()

    def allow(self, weight: int = 1) -> bool:
        """Take ``weight`` messages out of the bucket; False, and nothing taken, if it has not so many."""
        now = self._clock()
        self._tokens = min(RATE_BURST, self._tokens + (now - self._at) * RATE_MESSAGES_PER_S)
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
        return len(self._errors) >= ERRORS_BEFORE_CLOSE
