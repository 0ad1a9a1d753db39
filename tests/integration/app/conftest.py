"""``parts`` are the real services on each database in turn and a real Redis.

Celery is a recorder, and a password's hash is as cheap as argon2 goes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from argon2 import PasswordHasher

from app.domain import texts
from app.persistence.browsers import Browser
from app.realtime.rate import RateLimits
from app.services.hashing import Hashing
from app.settings import load
from app.wiring import Parts, make_parts
from tests.support.fake_driver import RecordingDispatcher
from tests.support.servers import RedisServer, settings_env


@pytest.fixture
def dispatcher() -> RecordingDispatcher:
    return RecordingDispatcher()


@pytest.fixture
def parts(
    tmp_path: Path, database_url: str, redis_server: RedisServer, dispatcher: RecordingDispatcher
) -> Iterator[Parts]:
    with redis.Redis(port=redis_server.port) as client:
        client.flushall()
    env = settings_env(tmp_path, redis_server.url, TURTUS_DATABASE_URL=database_url)
    cheap = Hashing(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    parts = make_parts(load(env), dispatcher=dispatcher, limits=RateLimits.memory(), hashing=cheap)
    yield parts
    parts.database.engine.dispose()
    parts.redis.close()


def ask_for_browser(parts: Parts, room_id: str, name: str = "ana", url: str | None = None) -> Browser:
    """What the account of this name gets when it presses Start."""
    with parts.database.read() as work:
        user = work.users.by_key(texts.username_key(name))
    assert user is not None
    return parts.desk.browsers.start(room_id, user.id, user.username, url)
