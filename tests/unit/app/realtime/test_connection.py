"""app.realtime.connection"""

import itertools
import socket
import threading
import time
from collections.abc import Callable

import pytest

from app.realtime import connection as connection_module
from app.realtime.connection import (
    OUTBOX_BYTES,
    OUTBOX_MESSAGES,
    STALLED_S,
    Closed,
    Connection,
    OneWriterSocket,
    RoomRef,
)
from vb.protocol.limits import CloseCode
from vb.protocol.messages import Peer


class FakeWebSocket:
    """Records; blocks in ``send`` until ``free`` is set or the socket is shut down."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed: list[tuple[int | None, str | None]] = []
        self.free = threading.Event()
        self.free.set()
        self.hung_up = threading.Event()
        self.thread = threading.Thread(target=lambda: None)
        self.thread.start()
        self.sock = self

    def send(self, data: str) -> None:
        while not self.free.wait(0.01):
            if self.hung_up.is_set():
                raise BrokenPipeError
        self.sent.append(data)

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        return "hello"

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        self.closed.append((reason, message))

    def shutdown(self, how: int) -> None:
        assert how == socket.SHUT_RDWR
        self.hung_up.set()


def connect(ws: FakeWebSocket) -> Connection:
    peer = Peer(id="p1", name="Ana", role="member", client_type="person")
    connection = Connection(ws, peer, RoomRef("r", "slug", "Room"), None)
    connection.start()
    return connection


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_messages_are_written_in_order_before_the_close() -> None:
    """close comes after what was queued; later messages are dropped."""
    ws = FakeWebSocket()
    connection = connect(ws)
    connection.send("a")
    connection.send("b")
    connection.close(CloseCode.REPLACED, "again")
    connection.close(CloseCode.REPLACED, "again")
    connection.send("c")
    eventually(lambda: ws.closed)
    assert ws.sent == ["a", "b"]
    assert ws.closed == [(CloseCode.REPLACED, "again")]


@pytest.mark.parametrize("raw", ["x", "x" * (OUTBOX_BYTES // 100)])
def test_client_that_never_reads_is_cut_off_and_never_waited_for(
    raw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many messages or too many bytes: a sender is not held up, and the stuck writer ends."""
    monkeypatch.setattr(connection_module, "HANG_UP_AFTER_S", 0.2)
    ws = FakeWebSocket()
    ws.free.clear()
    connection = connect(ws)
    began = time.monotonic()
    for _ in range(OUTBOX_MESSAGES + 5):
        connection.send(raw)
    assert time.monotonic() - began < 1
    connection._writer.join(5)
    assert not connection._writer.is_alive()
    assert ws.hung_up.is_set()
    with pytest.raises(Closed, match="this connection was closed"):
        connection.receive()


def test_nothing_is_heard_after_a_close() -> None:
    """A client that ignores the close cannot go on acting."""
    connection = connect(FakeWebSocket())
    assert connection.receive() == "hello"
    connection.close(CloseCode.NOT_ALLOWED)
    with pytest.raises(Closed):
        connection.receive()


def test_writer_ends_when_the_reader_is_done() -> None:
    """finish writes what is left, leaves no thread behind and hangs up."""
    ws = FakeWebSocket()
    connection = connect(ws)
    for n in range(100):
        connection.send(str(n))
    connection.finish()
    assert not connection._writer.is_alive()
    assert len(ws.sent) == 100
    assert not ws.closed
    assert ws.hung_up.is_set()


def test_writer_survives_a_broken_socket() -> None:
    """An error of the socket ends the writer, not the process."""

    class Broken(FakeWebSocket):
        def send(self, data: str) -> None:
            raise BrokenPipeError

    connection = connect(Broken())
    connection.send("a")
    connection._writer.join(5)
    assert not connection._writer.is_alive()


def test_receive_passes_over_empty_reads() -> None:
    """None is a timeout, not a message."""
    ws = FakeWebSocket()
    answers = iter([None, "hello"])
    ws.receive = lambda timeout=None: next(answers)  # type: ignore[method-assign]
    assert connect(ws).receive() == "hello"


@pytest.mark.parametrize("writers", [4])
def test_one_writer_socket_never_interleaves(writers: int) -> None:
    """Large sends of several threads arrive whole, one after the other."""
    left, right = socket.socketpair()
    safe = OneWriterSocket(left)
    size = 300_000
    threads = [threading.Thread(target=safe.send, args=(bytes([n]) * size,)) for n in range(1, writers + 1)]
    for thread in threads:
        thread.start()
    data = bytearray()
    while len(data) < size * writers:
        data += right.recv(65536)
    for thread in threads:
        thread.join(5)
    changes = sum(a != b for a, b in itertools.pairwise(data))
    assert changes == writers - 1
    assert safe.fileno() == left.fileno()
    assert left.gettimeout() == STALLED_S
    left.close()
    right.close()
