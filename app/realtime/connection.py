"""One WebSocket: a bounded outbox with a single writer, and a socket that cannot hang for ever."""

import contextlib
import logging
import queue
import secrets
import socket
import threading
from dataclasses import dataclass
from typing import Any, Protocol

from app.realtime.budget import Budget
from vb.protocol.limits import HEARTBEAT_MISSES, HEARTBEAT_S, CloseCode
from vb.protocol.messages import Peer

log = logging.getLogger(__name__)

OUTBOX_MESSAGES = 512
OUTBOX_BYTES = 4 * 1024 * 1024
"""A client that lets more pile up is closed (it comes back and gets a snapshot)."""
HANG_UP_AFTER_S = 3.0
"""A closed client that does not answer the close is cut off after this."""
STALLED_S = HEARTBEAT_S * HEARTBEAT_MISSES
"""No read or write of the socket waits longer."""


class WebSocket(Protocol):
    """What we need of simple_websocket.Server."""

    sock: Any
    thread: Any

    def send(self, data: str) -> None: ...
    def receive(self, timeout: float | None = None) -> str | bytes | None: ...
    def close(self, reason: int | None = None, message: str | None = None) -> None: ...


class Closed(Exception):
    """The server closed this connection: what still arrives does not count."""

    def __str__(self) -> str:
        return "this connection was closed"


class OneWriterSocket:
    """A socket whose sends are whole, one at a time, and never wait for ever.

    The WebSocket library sends from its reader (pongs, pings) and from our writer, without a lock
    and with ``send``, which may stop half way. A peer that reads nothing, or sends half a TLS
    record, makes it raise TimeoutError after ``STALLED_S``.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()
        sock.settimeout(STALLED_S)

    def send(self, data: bytes) -> int:
        """All of ``data``, then its length."""
        with self._lock:
            self._sock.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


@dataclass(frozen=True, slots=True)
class RoomRef:
    """The room that a socket is in."""

    id: str
    slug: str
    name: str


class Connection:
    """A peer's socket in this process. ``send`` and ``close`` never wait and may come from any thread."""

    def __init__(self, ws: WebSocket, peer: Peer, room: RoomRef, via: str | None) -> None:
        self.peer = peer
        self.room = room
        self.room_id = room.id
        self.via = via
        self.id = secrets.token_hex(8)
        self.browser_id: str | None = None
        self.login_id: str | None = None
        self.budget = Budget()
        self._ws = ws
        self._outbox: queue.Queue[str | tuple[int, str]] = queue.Queue()
        self._waiting_bytes = 0
        self._closing = False
        self._writer = threading.Thread(target=self._write, name=f"writer {peer.id}", daemon=True)

    def start(self) -> None:
        """Begin to write what was put into the outbox."""
        self._writer.start()

    def send(self, raw: str) -> None:
        """Queue a message; a client that is too slow for its outbox is closed."""
        if self._closing:
            return
        full = self._outbox.qsize() >= OUTBOX_MESSAGES or self._waiting_bytes + len(raw) > OUTBOX_BYTES
        if full:
            log.warning("peer %s reads too slowly, closing", self.peer.id)
            self._drain()
            self.close(CloseCode.TOO_SLOW, "too slow")
            # The writer may be in the middle of a send that this peer never reads.
            timer = threading.Timer(HANG_UP_AFTER_S, self._hang_up)
            timer.daemon = True
            timer.start()
            return
        self._waiting_bytes += len(raw)
        self._outbox.put(raw)

    def close(self, code: int, why: str = "") -> None:
        """Close after what is queued has been written; nothing is heard from the client any more."""
        if not self._closing:
            self._closing = True
            self._outbox.put((code, why))

    def receive(self) -> str | bytes:
        """Wait for the next message.

        Raises:
            Closed: the server has closed the connection.
            simple_websocket.ConnectionClosed: the client has, or the socket broke.
        """
        while True:
            data = self._ws.receive()
            if self._closing:
                raise Closed
            if data is not None:
                return data

    def finish(self) -> None:
        """The reader is done: the writer writes what is left and ends; waits for it, but not for ever."""
        self._closing = True
        self._outbox.put((0, ""))
        self._writer.join(HANG_UP_AFTER_S * 2)

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._outbox.get_nowait()

    def _write(self) -> None:
        try:
            while isinstance(item := self._outbox.get(), str):
                self._waiting_bytes -= len(item)
                self._ws.send(item)
            code, why = item
            if code:
                self._ws.close(code, why)
                # The library's reader ends when the client answers the close.
                self._ws.thread.join(HANG_UP_AFTER_S)
        except Exception as error:  # noqa: BLE001 - whatever the socket raises, this peer is over
            log.debug("writer of %s ends: %r", self.peer.id, error)
        self._hang_up()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._ws.sock.shutdown(socket.SHUT_RDWR)
