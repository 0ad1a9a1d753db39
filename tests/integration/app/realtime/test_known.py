"""app.realtime.known"""

from collections.abc import Iterator
from typing import cast

import pytest
import redis

from app.realtime.known import KNOWN_S, MOST, KnownNetworks
from app.wiring import make_redis
from tests.support.servers import RedisServer


class TimedNetworks(KnownNetworks):
    """Networks whose clock the test sets."""

    now = 1_000_000.0

    def _now(self) -> float:
        return self.now


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    client = make_redis(redis_server.url)
    client.flushall()
    yield client
    client.close()


def test_network_is_known_for_its_account_and_a_time(client: redis.Redis) -> None:
    """Each further sign-in begins that time anew; in the end Redis holds nothing."""
    known = TimedNetworks(client, "secret")
    known.add("ana", "192.0.2.1")
    known.now += KNOWN_S / 2
    known.add("ana", "192.0.2.2")
    assert known.has("ana", "192.0.2.1")
    assert not known.has("ben", "192.0.2.1")
    known.now += KNOWN_S / 2
    assert [known.has("ana", f"192.0.2.{n}") for n in (1, 2, 3)] == [False, True, False]
    (key,) = cast("list[bytes]", client.keys("*"))
    assert 0 < client.ttl(key) <= KNOWN_S


def test_account_has_so_many_networks_and_the_newest(client: redis.Redis) -> None:
    """Nobody fills Redis by signing in from everywhere."""
    known = TimedNetworks(client, "secret")
    for n in range(MOST + 3):
        known.now += 1
        known.add("ana", f"192.0.2.{n}")
    assert [known.has("ana", f"192.0.2.{n}") for n in range(MOST + 3)] == [False] * 3 + [True] * MOST


def test_redis_holds_no_address(client: redis.Redis) -> None:
    """Nor a name; and another site's secret finds nothing."""
    KnownNetworks(client, "secret").add("ana", "192.0.2.1")
    (key,) = cast("list[bytes]", client.keys("*"))
    held = key + b"".join(cast("list[bytes]", client.zrange(key, 0, -1)))
    assert b"192.0.2.1" not in held
    assert b"ana" not in held
    assert not KnownNetworks(client, "another").has("ana", "192.0.2.1")


def test_without_redis_nothing_is_known() -> None:
    """And nobody is kept from signing in."""
    with make_redis("redis://127.0.0.1:1/0", retry=False) as client:
        known = KnownNetworks(client, "secret")
        known.add("ana", "192.0.2.1")
        assert not known.has("ana", "192.0.2.1")
