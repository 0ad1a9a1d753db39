"""app.realtime.room_store (presence through its service is in tests/integration/app/services)"""

from collections.abc import Iterator

import pytest
import redis

from app.domain import control as rules
from app.realtime.room_store import MOST_OF_ONE_PERSON, RoomStore
from app.wiring import make_redis
from tests.support.servers import RedisServer
from vb.protocol.messages import ClientKind, Peer


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    client = make_redis(redis_server.url)
    client.flushall()
    yield client
    client.close()


def peer(peer_id: str, kind: str = "person") -> Peer:
    user_id = peer_id.partition("@")[0]
    client_type: ClientKind = "vb" if kind == "vb" else "person"
    return Peer(id=peer_id, name=user_id, role="member", client_type=client_type, user_id=user_id)


def test_place_is_held_once_and_counted(client: redis.Redis) -> None:
    """True for a newcomer only; browsers are not people, and two devices are one person."""
    store = RoomStore(client)
    assert store.hold("r", peer("ana"), "c1", "192.0.2.1")
    assert not store.hold("r", peer("ana"), "c1", "192.0.2.1")
    store.hold("r", peer("vb-1", "vb"), "c2", None)
    store.hold("r", peer("ana@phone"), "c3", None)
    assert store.people_count(["r", "q"]) == {"r": 1, "q": 0}
    place = store.place("r", "ana")
    assert place is not None
    assert (place.via, place.connection) == ("192.0.2.1", "c1")
    store.forget_room("r")
    assert store.peers("r") == []


def test_place_is_dropped_once(client: redis.Redis) -> None:
    """Whoever's socket has it; True if there was one."""
    store = RoomStore(client)
    store.hold("r", peer("vb-1", "vb"), "c1", None)
    assert [store.drop("r", "vb-1"), store.drop("r", "vb-1")] == [True, False]
    assert store.peers("r") == []


def test_late_peer_is_removed_by_one_process(client: redis.Redis) -> None:
    """Two processes sweep; one of them tells the room."""
    now = [1000]
    stores = [RoomStore(client, lambda: now[0]) for _ in range(2)]
    stores[0].hold("r", peer("ana"), "c1", None)
    now[0] += 31_000
    assert [store.sweep("r") for store in stores] == [["ana"], []]


def test_only_its_connection_prolongs_or_ends_a_place(client: redis.Redis) -> None:
    """A replaced socket, still ticking or just ending, leaves its successor alone."""
    store = RoomStore(client)
    store.hold("r", peer("ana"), "old", None)
    store.hold("r", peer("ana"), "new", None)
    assert not store.prolong("r", peer("ana"), "old", None)
    assert not store.let_go("r", "ana", "old", 0.0)
    place = store.place("r", "ana")
    assert place is not None
    assert place.connection == "new"
    assert not store.prolong("r", peer("ana"), "new", None)
    assert store.let_go("r", "ana", "new", 0.0)
    assert store.prolong("r", peer("ana"), "new", None)


def test_place_that_was_resumed_in_time_is_not_swept(client: redis.Redis) -> None:
    """Looking and removing are one step."""
    now = [1000]
    store = RoomStore(client, lambda: now[0])
    store.hold("r", peer("ana"), "c1", "192.0.2.1")
    store.let_go("r", "ana", "c1", 5.0)
    place = store.place("r", "ana")
    assert place is not None
    assert (place.until_ms, place.via) == (6000, "192.0.2.1")
    store.prolong("r", peer("ana"), "c1", None)
    now[0] = 6001
    assert store.sweep("r") == []


def test_crowds_are_refused(client: redis.Redis) -> None:
    """So many connections of one person in a room, and not one more."""
    store = RoomStore(client)
    for n in range(MOST_OF_ONE_PERSON):
        assert not store.crowded("r", "u")
        one = Peer(id=f"p{n}", name="Ana", role="member", client_type="person", user_id="u")
        store.hold("r", one, f"c{n}", None)
    assert store.crowded("r", "u")
    assert not store.crowded("r", "another")


def test_places_of_a_crowd_that_vanished_do_not_count(client: redis.Redis) -> None:
    """Nobody sweeps an empty room: places whose time is up must not keep people out of it."""
    now = [1000]
    store = RoomStore(client, lambda: now[0])
    for n in range(MOST_OF_ONE_PERSON):
        one = Peer(id=f"p{n}", name="Ana", role="member", client_type="person", user_id="u")
        store.hold("r", one, f"c{n}", None)
    now[0] += 31_000
    assert not store.crowded("r", "u")


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
