"""app.realtime.connection"""

import itertools
import socket
import threading
import time
from collections.abc import Callable

import pytest

from app.realtime.connection import OUTBOX_MESSAGES, Budget, Connection, OneWriterSocket, RoomRef
from vb.protocol.limits import ERROR_WINDOW_S, ERRORS_BEFORE_CLOSE, RATE_BURST, CloseCode
from vb.protocol.messages import Peer


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_budget_allows_a_burst_then_refills() -> None:
    """The burst, then nothing, then as many as time has refilled."""
    clock = Clock()
    budget = Budget(clock)
    assert all(budget.allow() for _ in range(RATE_BURST))
    assert not budget.allow()
    clock.now += 0.125
    assert [budget.allow() for _ in range(6)] == [True] * 5 + [False]


def test_twentieth_error_in_the_window_is_one_too_many() -> None:
    """Older errors are forgotten."""
    clock = Clock()
    budget = Budget(clock)
    assert not any(budget.error() for _ in range(ERRORS_BEFORE_CLOSE - 1))
    clock.now += ERROR_WINDOW_S
    assert not any(budget.error() for _ in range(ERRORS_BEFORE_CLOSE - 1))
    assert budget.error()


class FakeWebSocket:
    """Records; blocks in ``send`` while ``stuck`` is set."""

    connected = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed: list[tuple[int | None, str | None]] = []
        self.free = threading.Event()
        self.free.set()

    def send(self, data: str) -> None:
        self.free.wait(5)
        self.sent.append(data)

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        return "hello"

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        self.closed.append((reason, message))


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


def test_slow_client_is_closed_and_never_waited_for() -> None:
    """A full outbox costs the client its socket, and the sender nothing."""
    ws = FakeWebSocket()
    ws.free.clear()
    connection = connect(ws)
    began = time.monotonic()
    for n in range(OUTBOX_MESSAGES + 5):
        connection.send(str(n))
    assert time.monotonic() - began < 1
    ws.free.set()
    eventually(lambda: ws.closed)
    assert ws.closed[0][0] == CloseCode.TOO_SLOW


def test_writer_ends_when_the_reader_is_done() -> None:
    """finish leaves no thread behind, even when the outbox is full."""
    ws = FakeWebSocket()
    ws.free.clear()
    connection = connect(ws)
    for n in range(OUTBOX_MESSAGES):
        connection.send(str(n))
    connection.finish()
    ws.free.set()
    connection._writer.join(5)
    assert not connection._writer.is_alive()
    assert not ws.closed


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
    left.close()
    right.close()
