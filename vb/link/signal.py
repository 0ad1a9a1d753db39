"""The signaling client: one WebSocket to the room, dialled again whenever it breaks.

::

    LinkEnded
    ├── SignalLost      no connection for as long as allowed
    ├── SignalRefused   the server will not have this agent (HTTP 401, 403, 404 or a final close code)
    └── BrowserEnded    the room's browser was ended: nothing went wrong
"""

import asyncio
import contextlib
import logging
import random
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from vb.link.backoff import Backoff
from vb.logs import SUCCESS
from vb.protocol.codec import ProtocolError, decode_server, encode
from vb.protocol.limits import (
    FINAL_CLOSE_CODES,
    HARD_MESSAGE_BYTES,
    HEARTBEAT_MISSES,
    HEARTBEAT_S,
    CloseCode,
)
from vb.protocol.messages import Identity, Ping, Pong, ServerMessage

OPEN_TIMEOUT_S = 5.0
OUTBOX_LIMIT = 512
_FINAL_HTTP = frozenset({401, 403, 404})
_log = logging.getLogger("vb.link")


class LinkEnded(Exception):
    """The link is over for good."""


class SignalLost(LinkEnded):
    """Nobody answered for ``after_s`` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s

    def __str__(self) -> str:
        return f"the signal server has been gone for {self.after_s:.0f} s"


class SignalRefused(LinkEnded):
    """The server will not have this agent; ``code`` is an HTTP status or a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"the signal server refused this browser ({self.code} {self.reason})".replace(" )", ")")


class BrowserEnded(LinkEnded):
    """The server says that this browser is over."""

    def __str__(self) -> str:
        return "the signal server has ended this browser"


class SignalLink:
    """Dials ``url`` with ``token`` and keeps the line open.

    ``on_message`` is called on the loop for every message but ``pong``; it must not block. ``lost_after_s``
    is how long there may be no connection. ``ca`` is PEM text of a certificate to trust, empty for the
    system's. ``heartbeat_s`` is how often the line is tried.
    """

    def __init__(
        self,
        url: str,
        token: str,
        on_message: Callable[[ServerMessage], None],
        *,
        lost_after_s: float,
        ca: str = "",
        heartbeat_s: float = HEARTBEAT_S,
        backoff: Backoff | None = None,
    ) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._on_message = on_message
        self._lost_after_s = lost_after_s
        self._tls = _trusting(ca) if url.startswith("wss://") else None
        self._heartbeat_s = heartbeat_s
        self._backoff = backoff or Backoff(random.random)
        self._outbox: asyncio.Queue[str] | None = None
        self._client_id = ""
        self._heard_at = 0.0

    @property
    def connected(self) -> bool:
        """Whether the server has greeted us on a connection that is open."""
        return self._outbox is not None

    def send(self, message: msgspec.Struct) -> bool:
        """Send soon, in order. False when there is no connection, or it takes nothing any more."""
        if self._outbox is None:
            return False
        try:
            self._outbox.put_nowait(encode(message))
        except asyncio.QueueFull:
            return False
        return True

    async def flush(self, timeout_s: float) -> None:
        """Wait until what was sent is on its way, at most ``timeout_s`` seconds."""
        if self._outbox is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._outbox.join(), timeout_s)

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            LinkEnded: one of its kinds.
        """
        alive_at = time.monotonic()
        while True:
            greeted = False
            try:
                greeted = await self._one_connection()
            except (InvalidURI, InvalidHandshake) as problem:
                self._refused(problem)
                _log.warning("signal server: %s", problem)
            except (OSError, TimeoutError, EOFError) as problem:
                _log.warning("signal server: %s", problem or type(problem).__name__)
            now = time.monotonic()
            if greeted:
                alive_at = now
            if now - alive_at >= self._lost_after_s:
                raise SignalLost(now - alive_at)
            await asyncio.sleep(min(self._backoff.next_s(), self._lost_after_s - (now - alive_at)))

    def _refused(self, problem: Exception) -> None:
        if isinstance(problem, InvalidURI):
            raise SignalRefused(0, str(problem)) from problem
        if isinstance(problem, InvalidStatus) and problem.response.status_code in _FINAL_HTTP:
            raise SignalRefused(problem.response.status_code, problem.response.reason_phrase) from problem

    async def _one_connection(self) -> bool:
        """From dialling to the end of the line; whether the server greeted us."""
        query = f"?{urlencode({'client': self._client_id})}" if self._client_id else ""
        async with connect(
            self._url + query,
            additional_headers=self._headers,
            ssl=self._tls,
            open_timeout=OPEN_TIMEOUT_S,
            close_timeout=1.0,
            ping_interval=None,
            max_size=HARD_MESSAGE_BYTES,
            compression=None,
            proxy=None,
        ) as socket:
            outbox: asyncio.Queue[str] = asyncio.Queue(OUTBOX_LIMIT)
            self._heard_at = time.monotonic()
            helpers = [
                asyncio.create_task(self._write(socket, outbox), name="link writer"),
                asyncio.create_task(self._beat(socket, outbox), name="link heartbeat"),
            ]
            try:
                await self._read(socket, outbox)
            except ConnectionClosed:
                self._closed(socket)
            finally:
                greeted, self._outbox = self._outbox is not None, None
                for helper in helpers:
                    helper.cancel()
                await asyncio.gather(*helpers, return_exceptions=True)
        return greeted

    async def _read(self, socket: ClientConnection, outbox: "asyncio.Queue[str]") -> None:
        while True:
            raw = await socket.recv()
            self._heard_at = time.monotonic()
            try:
                message = decode_server(raw)
            except ProtocolError as error:
                _log.warning("from the signal server: %s", error)
                continue
            if isinstance(message, Pong):
                continue
            if isinstance(message, Identity):
                self._client_id = message.id
                self._outbox = outbox
                self._backoff.reset()
                _log.info("connected to the signal server as %s", message.id, extra=SUCCESS)
            self._on_message(message)

    def _closed(self, socket: ClientConnection) -> None:
        code, reason = socket.close_code or 1006, socket.close_reason or ""
        if code == CloseCode.BROWSER_ENDED:
            raise BrowserEnded
        if code in FINAL_CLOSE_CODES:
            raise SignalRefused(code, reason or CloseCode(code).name.lower())
        _log.warning("the signal server's connection broke (%s %s)", code, reason)

    async def _write(self, socket: ClientConnection, outbox: "asyncio.Queue[str]") -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                text = await outbox.get()
                try:
                    await socket.send(text)
                finally:
                    outbox.task_done()

    async def _beat(self, socket: ClientConnection, outbox: "asyncio.Queue[str]") -> None:
        """Ping at intervals; hang up when nothing was heard for too long."""
        count = 0
        while True:
            await asyncio.sleep(self._heartbeat_s)
            if time.monotonic() - self._heard_at > self._heartbeat_s * HEARTBEAT_MISSES:
                _log.warning("the signal server is silent: dialling anew")
                socket.transport.abort()
                return
            count = (count + 1) % 1_000_000
            with contextlib.suppress(asyncio.QueueFull):
                outbox.put_nowait(encode(Ping(n=count)))


def _trusting(ca: str) -> ssl.SSLContext:
    """Trust ``ca`` (PEM text) alone, or the system's authorities when it is empty."""
    return ssl.create_default_context(cadata=ca) if ca else ssl.create_default_context()
