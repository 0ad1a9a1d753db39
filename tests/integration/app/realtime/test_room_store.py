"""app.realtime.room_store (presence through its service is in tests/integration/app/services)"""

from collections.abc import Iterator

import pytest
import redis

from app.domain import control as rules
from app.realtime.room_store import RoomStore
from app.wiring import make_redis
from tests.support.servers import RedisServer
from vb.protocol.messages import Peer


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    client = make_redis(redis_server.url)
    client.flushall()
    yield client
    client.close()


def peer(peer_id: str, kind: str = "person") -> Peer:
    return Peer(id=peer_id, name=peer_id, role="member", client_type="vb" if kind == "vb" else "person")


def test_place_is_held_once_and_counted(client: redis.Redis) -> None:
    """True for a newcomer only; browsers are not people."""
    store = RoomStore(client)
    assert store.hold("r", peer("ana"), "c1", "192.0.2.1")
    assert not store.hold("r", peer("ana"), "c1", "192.0.2.1")
    store.hold("r", peer("vb-1", "vb"), "c2", None)
    assert store.people_count(["r", "q"]) == {"r": 1, "q": 0}
    place = store.place("r", "ana")
    assert place is not None
    assert (place.via, place.connection) == ("192.0.2.1", "c1")
    store.forget_room("r")
    assert store.peers("r") == []


def test_late_peer_is_removed_by_one_process(client: redis.Redis) -> None:
    """Two processes sweep; one of them tells the room."""
    now = [1000]
    stores = [RoomStore(client, lambda: now[0]) for _ in range(2)]
    stores[0].hold("r", peer("ana"), "c1", None)
    now[0] += 31_000
    assert [store.sweep("r") for store in stores] == [["ana"], []]


def test_control_survives_a_race(client: redis.Redis) -> None:
    """A change that another process overtook is applied to what that one left."""
    store, rival = RoomStore(client), RoomStore(client)
    interfered: list[object] = []

    def change(control: rules.Control) -> rules.Control:
        if not interfered:
            interfered.append(rival.change_control("r", lambda c: rules.take(c, "ben", 1)))
        return rules.take(control, "ana", 1)

    old, new = store.change_control("r", change)
    assert (old.holder, new.holder, new.requests) == ("ben", "ben", ("ana",))
    assert store.change_control("r", lambda c: c) == (new, new)


def test_endless_race_is_given_up(client: redis.Redis) -> None:
    """An error rather than a loop without end."""
    store, rival = RoomStore(client), RoomStore(client)
    turn = iter(range(1, 1000))

    def change(control: rules.Control) -> rules.Control:
        rival.change_control("r", lambda c: rules.reset(c, next(turn)))
        return rules.reset(control, 10_000)

    with pytest.raises(redis.RedisError, match="too fast"):
        store.change_control("r", change)
