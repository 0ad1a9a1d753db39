"""app.realtime.rate"""

import pytest
from limits import RateLimitItemPerMinute

from app.errors import TooOften
from app.realtime.rate import RateLimits

TWO = RateLimitItemPerMinute(2)


def test_limit_counts_by_key_and_says_when_to_come_back() -> None:
    """Two pass, the third does not, another key does."""
    limits = RateLimits.memory()
    limits.hit(TWO, "ana")
    limits.hit(TWO, "ana")
    with pytest.raises(TooOften) as refused:
        limits.hit(TWO, "ana")
    assert 1 <= refused.value.retry_after_s <= 60
    limits.hit(TWO, "ben")


def test_forgotten_count_begins_anew() -> None:
    """For that key alone."""
    limits = RateLimits.memory()
    for name in ("ana", "ana", "ben", "ben"):
        limits.hit(TWO, name)
    limits.forget(TWO, "ana")
    limits.hit(TWO, "ana")
    with pytest.raises(TooOften):
        limits.hit(TWO, "ben")


def test_without_redis_everything_is_allowed() -> None:
    """People come before limits."""
    limits = RateLimits.redis("redis://127.0.0.1:1/0")
    for _ in range(5):
        limits.hit(TWO, "ana")
        limits.forget(TWO, "ben")
