"""app.realtime.hub and bus, with a real Redis that is killed and comes back"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
import redis

from app.realtime.bus import RedisBus, channel
from app.realtime.connection import Connection, RoomRef
from app.realtime.hub import Hub
from app.wiring import make_redis
from tests.support.servers import RedisServer, wait_for
from vb.protocol import codec
from vb.protocol.limits import CloseCode
from vb.protocol.messages import BrowserNotice, Peer, Pong


class Inbox:
    """A connection's sending side, as a list."""

    def __init__(self, peer_id: str, room_id: str = "r", connection_id: str = "c") -> None:
        self.peer = Peer(
            id=peer_id, name=peer_id, role="member", client_type="person", user_id=f"u-{peer_id}"
        )
        self.room = RoomRef(room_id, room_id, room_id)
        self.room_id = room_id
        self.id = connection_id
        self.login_id = f"login-{peer_id}"
        self.got: list[Any] = []
        self.closed: list[int] = []

    def send(self, raw: str) -> None:
        self.got.append(codec.decode_server(raw))

    def close(self, code: int, why: str = "") -> None:
        self.closed.append(code)


def seat(peer_id: str, room_id: str = "r", connection_id: str = "c") -> tuple[Inbox, Connection]:
    inbox = Inbox(peer_id, room_id, connection_id)
    return inbox, cast(Connection, inbox)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bus(server: RedisServer) -> Iterator[RedisBus]:
    client = make_redis(server.url)
    yield RedisBus(client)
    client.close()


@pytest.fixture
def hub(server: RedisServer) -> Iterator[Hub]:
    hub = Hub(make_redis(server.url, retry=False))
    hub.start()
    yield hub
    hub.stop()


def test_events_reach_everybody_in_the_room_with_their_number(hub: Hub, bus: RedisBus) -> None:
    """Not those of another room; a message for one peer reaches that one, without a number."""
    ana, ben, other = seat("ana"), seat("ben"), seat("cy", "q")
    for _, connection in (ana, ben, other):
        hub.add(connection)
    bus.publish("r", BrowserNotice(message="one"))
    bus.send("r", "ben", Pong(n=1))
    bus.publish("r", BrowserNotice(message="two"))
    wait_for(lambda: len(ana[0].got) == 2 and len(ben[0].got) == 3, "the events")
    first, second = (event.seq for event in ana[0].got)
    assert second == first + 1 == bus.seq("r")
    assert ben[0].got[1] == Pong(n=1)
    assert other[0].got == []


def test_numbers_and_order_agree_for_many_publishers(hub: Hub, bus: RedisBus) -> None:
    """Counting and publishing are one step in Redis."""
    ana, connection = seat("ana")
    hub.add(connection)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: bus.publish("r", BrowserNotice(message=str(n))), range(200)))
    wait_for(lambda: len(ana.got) == 200, "200 events")
    first = ana.got[0].seq
    assert [event.seq for event in ana.got] == list(range(first, first + 200))


def test_two_processes_hear_the_same_in_the_same_order(server: RedisServer, hub: Hub, bus: RedisBus) -> None:
    """A room's people sit on different web processes: another hub, the same events."""
    other_hub = Hub(make_redis(server.url, retry=False))
    other_hub.start()
    (ana, here), (ben, there) = seat("ana"), seat("ben")
    hub.add(here)
    other_hub.add(there)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: bus.publish("r", BrowserNotice(message=str(n))), range(50)))
    wait_for(lambda: len(ana.got) == len(ben.got) == 50, "the events")
    assert ana.got == ben.got
    other_hub.stop()


def test_numbers_go_on_above_all_others_after_a_flush(server: RedisServer, hub: Hub, bus: RedisBus) -> None:
    """Whoever has seen an earlier number sees a gap, not something old."""
    ana, connection = seat("ana")
    hub.add(connection)
    last = [bus.publish("r", BrowserNotice(message=str(n))) for n in range(20)][-1]
    time.sleep(0.05)
    with make_redis(server.url) as client:
        client.flushall()
    assert bus.publish("r", BrowserNotice(message="after")) > last + 1
    wait_for(lambda: ana.got[-1].message == "after", "the event")


def test_login_is_sent_out_of_every_room_and_process(server: RedisServer, hub: Hub, bus: RedisBus) -> None:
    """One that ended has no sockets left; others keep theirs."""
    other_hub = Hub(make_redis(server.url, retry=False))
    other_hub.start()
    (ana, one), (elsewhere, two), (ben, three) = seat("ana"), seat("ana", "q"), seat("ben")
    hub.add(one)
    other_hub.add(two)
    hub.add(three)
    bus.close_logins(["login-ana", "login-cy"], CloseCode.NO_SESSION, "Sign in again.")
    wait_for(lambda: ana.closed and elsewhere.closed, "the closes")
    assert (ana.closed, elsewhere.closed, ben.closed) == ([CloseCode.NO_SESSION], [CloseCode.NO_SESSION], [])
    other_hub.stop()


def test_nothing_ends_the_listener(server: RedisServer, hub: Hub, bus: RedisBus) -> None:
    """Neither a frame that cannot be read nor a resync that fails makes a process deaf."""
    ana, connection = seat("ana")

    def fail(each: Connection) -> None:
        raise RuntimeError("the database is away, too")

    hub.on_resync = fail
    hub.add(connection)
    with make_redis(server.url) as client:
        client.publish(channel("r"), "nonsense")
        client.publish(channel("r"), "1\n\n0\n{}")
        client.publish("turtus:logins", "nonsense")
    server.stop()
    server.start()
    wait_for(lambda: ana.closed == [CloseCode.RESTARTING], "the close")

    def heard() -> bool:
        bus.publish("r", BrowserNotice(message="hello"))
        return bool(ana.got)

    wait_for(heard, "an event")
    assert hub.alive


def test_close_reaches_whom_it_is_for(hub: Hub, bus: RedisBus) -> None:
    """One peer, everybody, or just the socket that was replaced."""
    _, old_connection = seat("ana", connection_id="old")
    ben, ben_connection = seat("ben")
    hub.add(old_connection)
    hub.add(ben_connection)
    new, new_connection = seat("ana", connection_id="new")
    assert hub.add(new_connection) is old_connection
    bus.close("r", "ana", CloseCode.REPLACED, "old")
    bus.close("r", "ben", CloseCode.NOT_ALLOWED)
    bus.close("r", None, CloseCode.NO_SUCH_ROOM)
    wait_for(lambda: new.closed and len(ben.closed) == 2, "the closes")
    assert new.closed == [CloseCode.NO_SUCH_ROOM]
    assert ben.closed == [CloseCode.NOT_ALLOWED, CloseCode.NO_SUCH_ROOM]


def test_removed_connection_hears_nothing_and_does_not_take_its_successor_along(
    hub: Hub, bus: RedisBus
) -> None:
    """The late end of a replaced socket leaves the new one where it is."""
    old, old_connection = seat("ana")
    new, new_connection = seat("ana")
    hub.add(old_connection)
    hub.add(new_connection)
    hub.remove(old_connection)
    assert hub.connections() == [new_connection]
    hub.remove(new_connection)
    assert hub.connections() == []
    bus.publish("r", BrowserNotice(message="nobody hears it"))
    again, again_connection = seat("ana")
    hub.add(again_connection)
    bus.publish("r", BrowserNotice(message="hello"))
    wait_for(lambda: again.got, "the event")
    assert (old.got, new.got) == ([], [])
    assert [event.message for event in again.got] == ["hello"]


def test_redis_killed_and_back_gives_everybody_a_snapshot(
    server: RedisServer, hub: Hub, bus: RedisBus
) -> None:
    """What was published meanwhile is lost, so each connection is resynced; new events flow again."""
    ana, connection = seat("ana")
    resynced = threading.Event()
    hub.on_resync = lambda each: resynced.set() if each is connection else None
    hub.add(connection)
    bus.publish("r", BrowserNotice(message="before"))
    wait_for(lambda: ana.got, "the first event")
    server.stop()
    with pytest.raises(redis.RedisError):
        bus.publish("r", BrowserNotice(message="into the void"))
    server.start()
    assert resynced.wait(10)
    bus.publish("r", BrowserNotice(message="after"))
    wait_for(lambda: ana.got[-1].message == "after", "the event after the restart")


def test_room_entered_while_redis_is_down_is_heard_afterwards(
    server: RedisServer, hub: Hub, bus: RedisBus
) -> None:
    """add does not wait for ever, and the room is subscribed as soon as Redis is back."""
    server.stop()
    ana, connection = seat("ana")
    began = time.monotonic()
    hub.add(connection)
    assert time.monotonic() - began < 6
    server.start()

    def heard() -> bool:
        bus.publish("r", BrowserNotice(message="hello"))
        return bool(ana.got)

    wait_for(heard, "an event")
