"""app.wiring"""

import subprocess
import sys
import threading
from typing import Any, cast

import pytest

from app import wiring
from app.realtime.connection import Connection, RoomRef
from app.realtime.rate import RateLimits
from app.wiring import Parts, make_parts
from tests.support.servers import wait_for
from vb.protocol import codec
from vb.protocol.limits import CloseCode
from vb.protocol.messages import Peer, Snapshot


class Inbox:
    """A connection's sending side, as a list."""

    def __init__(self, room_id: str) -> None:
        self.peer = Peer(id="p", name="Ana", role="member", client_type="person")
        self.room = RoomRef(room_id, "slug", "Room")
        self.room_id = room_id
        self.id = "c"
        self.via = None
        self.login_id = ""
        self.got: list[Any] = []
        self.closed: list[int] = []

    def send(self, raw: str) -> None:
        self.got.append(codec.decode_server(raw))

    def close(self, code: int, why: str = "") -> None:
        self.closed.append(code)


def test_parts_answer_and_stop(parts: Parts) -> None:
    """Each check tells the truth; the two threads end."""
    assert parts.database_answers()
    assert not parts.redis_answers(), "nobody listens yet"
    parts.start()
    assert parts.redis_answers()
    assert not parts.worker_answers()
    parts.hosts.beat("local")
    assert parts.worker_answers()
    parts.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in {"hub", "presence"}]


def test_resync_puts_the_place_back_and_sends_a_snapshot(parts: Parts) -> None:
    """What a socket gets after Redis was away: its place again, and the whole room."""
    inbox = Inbox("r")
    parts.hub.on_resync(cast(Connection, inbox))
    wait_for(lambda: inbox.got, "the snapshot")
    snapshot = inbox.got[0]
    assert isinstance(snapshot, Snapshot)
    assert [peer.id for peer in snapshot.peers] == ["p"]


def test_socket_whose_login_ended_unheard_is_closed_by_the_tick(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis was away, or it came in at that very moment; one whose login lives stays."""
    monkeypatch.setattr(wiring, "TICK_S", 0.1)
    monkeypatch.setattr(type(parts.desk.bus), "close_logins", lambda *_: None)
    ana = parts.accounts.register("ana", "correct horse", "192.0.2.1").id
    parts = make_parts(parts.settings, limits=RateLimits.memory())
    parts.start()
    inboxes = [Inbox("r"), Inbox("q")]
    for inbox in inboxes:
        inbox.login_id = parts.logins.begin(ana).login_id
        parts.hub.add(cast(Connection, inbox))
    parts.logins.end(inboxes[0].login_id)
    wait_for(lambda: inboxes[0].closed, "the close")
    parts.stop()
    assert [inbox.closed[:1] for inbox in inboxes] == [[CloseCode.NO_SESSION], []]
    parts.database.engine.dispose()
    parts.redis.close()


LOOP = """
from gevent import monkey
monkey.patch_all()
import gevent
from app.realtime.rate import RateLimits
from app.settings import load
from app.wiring import make_parts
parts = make_parts(load({"TURTUS_SECRET_KEY": "x" * 32, "TURTUS_DATABASE_URL": "sqlite://"}))
hashing = parts.accounts._hashing
ticks = 0
def tick():
    global ticks
    while True:
        gevent.sleep(0.001)
        ticks += 1
gevent.spawn(tick)
assert hashing.matches(hashing.hash("correct horse"), "correct horse")
print(ticks)
"""


def test_hashing_does_not_stop_the_sockets_of_its_process() -> None:
    """Under gevent, whose one thread serves everybody, others go on while a password is looked at."""
    ran = subprocess.run([sys.executable, "-c", LOOP], check=True, capture_output=True, text=True)
    assert int(ran.stdout) >= 5
