"""One WebSocket: a bounded outbox with a single writer, and the budget for what comes in."""

import logging
import queue
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from vb.protocol.limits import (
    ERROR_WINDOW_S,
    ERRORS_BEFORE_CLOSE,
    RATE_BURST,
    RATE_MESSAGES_PER_S,
    CloseCode,
)
from vb.protocol.messages import Peer

log = logging.getLogger(__name__)

OUTBOX_MESSAGES = 512
"""A client that lets more pile up is closed (it comes back and gets a snapshot)."""


class WebSocket(Protocol):
    """What we need of simple_websocket.Server."""

    connected: bool

    def send(self, data: str) -> None: ...
    def receive(self, timeout: float | None = None) -> str | bytes | None: ...
    def close(self, reason: int | None = None, message: str | None = None) -> None: ...


class OneWriterSocket:
    """A socket whose sends are whole and one at a time.

    The WebSocket library sends from its reader (pongs, pings) and from our writer, without a lock
    and with ``send``, which may stop half way.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()

    def send(self, data: bytes) -> int:
        """All of ``data``, then its length."""
        with self._lock:
            self._sock.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class Budget:
    """How much a client may send (a token bucket) and how many errors it may cause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = float(RATE_BURST)
        self._at = clock()
        self._errors: deque[float] = deque()

    def allow(self) -> bool:
        """Take one message out of the bucket; False if it is empty."""
        now = self._clock()
        self._tokens = min(RATE_BURST, self._tokens + (now - self._at) * RATE_MESSAGES_PER_S)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def error(self) -> bool:
        """Count one error; True if this is one too many and the socket must be closed."""
        now = self._clock()
        self._errors.append(now)
        while self._errors and self._errors[0] <= now - ERROR_WINDOW_S:
            self._errors.popleft()
        return len(self._errors) >= ERRORS_BEFORE_CLOSE


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
        self.budget = Budget()
        self._ws = ws
        self._outbox: queue.Queue[str | tuple[int, str]] = queue.Queue(OUTBOX_MESSAGES)
        self._closing = False
        self._writer = threading.Thread(target=self._write, name=f"writer {peer.id}", daemon=True)

    def start(self) -> None:
        """Begin to write what was put into the outbox."""
        self._writer.start()

    def send(self, raw: str) -> None:
        """Queue a message; a client that is too slow for its outbox is closed."""
        if self._closing:
            return
        try:
            self._outbox.put_nowait(raw)
        except queue.Full:
            log.warning("peer %s reads too slowly, closing", self.peer.id)
            self._abort()

    def close(self, code: int, why: str = "") -> None:
        """Close after what is queued has been written."""
        if self._closing:
            return
        self._closing = True
        try:
            self._outbox.put_nowait((code, why))
        except queue.Full:
            self._abort()

    def receive(self) -> str | bytes:
        """Wait for the next message; simple_websocket.ConnectionClosed at the end."""
        while True:
            data = self._ws.receive()
            if data is not None:
                return data

    def finish(self) -> None:
        """The reader is done: let the writer end too."""
        self._closing = True
        try:
            self._outbox.put_nowait((0, ""))
        except queue.Full:
            self._drain()
            self._outbox.put_nowait((0, ""))

    def _abort(self) -> None:
        self._closing = True
        self._drain()
        self._outbox.put_nowait((CloseCode.TOO_SLOW, "too slow"))

    def _drain(self) -> None:
        while True:
            try:
                self._outbox.get_nowait()
            except queue.Empty:
                return

    def _write(self) -> None:
        while True:
            item = self._outbox.get()
            try:
                if isinstance(item, str):
                    self._ws.send(item)
                    continue
                code, why = item
                if code:
                    self._ws.close(code, why)
            except Exception as error:  # noqa: BLE001 - whatever the socket raises, this peer is over
                log.debug("writer of %s ends: %r", self.peer.id, error)
            return
