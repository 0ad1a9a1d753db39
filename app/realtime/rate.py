"""Rate limits kept in Redis, so that all web processes count together."""

import logging
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooOften

log = logging.getLogger(__name__)

LOGIN_PER_ACCOUNT = RateLimitItemPerMinute(10, 5)
"""Tries to sign in as one account from one address in 5 minutes; the right password begins a new count."""
LOGIN_FROM_ANYWHERE = RateLimitItemPerHour(300)
"""Tries at one account from all addresses, right ones too, but those that it was signed in to from: these
have their own alone. One address has 120 and keeps nobody else out, three keep out who comes from somewhere
new; a guess every 12 s is hopeless."""
LOGIN_PER_ADDRESS = RateLimitItemPerMinute(100, 5)
"""Tries from one address, right ones too: many people may share it."""
REGISTER_PER_ADDRESS = RateLimitItemPerMinute(30, 10)
ROOMS_PER_USER = RateLimitItemPerMinute(20, 10)
STARTS_PER_PERSON = RateLimitItemPerMinute(20, 1)
"""Browsers that one person asks for, in all rooms."""
CHAT_PER_PERSON = RateLimitItemPerSecond(50, 10)
"""Lines of one person in one room, over all of their sockets, in 10 s."""
RESIZES_PER_ROOM = RateLimitItemPerMinute(30, 1)


class RateLimits:
    """Counts by key. Where Redis does not answer everything is allowed: people come before limits."""

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    @classmethod
    def redis(cls, url: str) -> "RateLimits":
        return cls(RedisStorage(url, wrap_exceptions=True))

    @classmethod
    def memory(cls) -> "RateLimits":
        """For one process alone, as in tests."""
        return cls(MemoryStorage())

    def hit(self, limit: RateLimitItem, *key: str) -> None:
        """Count one try; raises TooOften if it is one too many."""
        try:
            if not self._limiter.hit(limit, *key):
                reset_at, _ = self._limiter.get_window_stats(limit, *key)
                raise TooOften(max(1, int(reset_at - time.time())))
        except StorageError as error:
            log.warning("rate limits are not counted: %s", error)

    def forget(self, limit: RateLimitItem, *key: str) -> None:
        """Begin a new count."""
        try:
            self._limiter.clear(limit, *key)
        except StorageError as error:
            log.warning("rate limits are not counted: %s", error)
