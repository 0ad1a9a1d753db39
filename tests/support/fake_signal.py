"""A signal server inside the test: it says what the test wants, and keeps what the page said."""

import json
import time
from typing import Any

import msgspec
from playwright.sync_api import Page, WebSocketRoute

from vb.protocol import codec, messages
from vb.protocol.limits import PROTOCOL_VERSION

ME = messages.Peer(id="p-ana", name="Ana", role="owner", client_type="person", user_id="u1")
BEN = messages.Peer(id="p-ben", name="Ben", role="member", client_type="person", user_id="u2")
VB = messages.Peer(id="p-vb", name="Firefox", role="vb", client_type="vb")
FREE = messages.ControlStatus(state="FREE", epoch=1)


def now_ms() -> int:
    """This machine's clock, milliseconds since 1970."""
    return int(time.time() * 1000)


def browser_status(
    state: str,
    *,
    reason: str | None = None,
    message: str | None = None,
    kind: messages.BrowserKind = "firefox",
    size: tuple[int, int] = (1280, 720),
) -> messages.BrowserStatus:
    """A browser that took 0.3 s, 0.8 s and 1.1 s for its steps and has just entered ``state``."""
    path = ["REQUESTED", "CREATING", "STARTING", "READY"]
    path = path[: path.index(state) + 1] if state in path else [*path, state]
    spans = [300, 800, 1100, 60_000, 0]
    end = now_ms() - 400
    at = [end - sum(spans[index : len(path) - 1]) for index in range(len(path))]
    steps = [messages.BrowserStep(state=name, at_ms=ms) for name, ms in zip(path, at, strict=True)]  # type: ignore[arg-type]
    return messages.BrowserStatus(
        id="b1",
        state=state,  # type: ignore[arg-type]
        url="turtus:home",
        width=size[0],
        height=size[1],
        steps=steps,
        kind=kind,
        reason=reason,
        message=message,
        by="Ana",
    )


class FakeSignal:
    """One page's signal server. Set ``peers``, ``control``, ``lines``, ``browser`` before it connects."""

    def __init__(self, page: Page, *, me: messages.Peer = ME) -> None:
        self.me = me
        self.peers: list[messages.Peer] = [me]
        self.control = FREE
        self.lines: list[messages.ChatLine] = []
        self.browser: messages.BrowserStatus | None = None
        self.resumed = False
        self.silent = False
        """Say nothing at all any more."""
        self.heartbeat_s = 10.0
        self.refuse_with: int | None = None
        """Close code for a page that connects, instead of a welcome."""
        self.seq = 10
        self.said: list[dict[str, Any]] = []
        """What the page said, newest last, without pings."""
        self.urls: list[str] = []
        """The address of each connection that the page made."""
        self._socket: WebSocketRoute | None = None
        page.route_web_socket("wss://turtus.test/signal/**", self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        self.urls.append(socket.url)
        self._socket = socket
        socket.on_message(self._heard)
        if self.refuse_with is not None:
            socket.close(code=self.refuse_with)
        elif not self.silent:
            self._ask_in_its_name(socket.url)
            self.welcome()

    def _ask_in_its_name(self, url: str) -> None:
        """A page that wants the stream need not ask for it: the site does, of a vb that is there."""
        if "stream=1" in url and VB in self.peers:
            self.said.append({"type": "request.stream", "to": VB.id})

    def welcome(self) -> None:
        """What a page is told when it has connected."""
        self.send(self.identity())
        self.send(self.snapshot())

    def _heard(self, raw: str | bytes) -> None:
        message = codec.decode_client(raw)  # a page never sends what the schema does not have
        if isinstance(message, messages.Ping):
            if not self.silent:
                self.send(messages.Pong(n=message.n))
            return
        self.said.append(json.loads(raw))
        if isinstance(message, messages.Sync):
            self.send(self.snapshot())

    def identity(self) -> messages.Identity:
        """Step 2."""
        return messages.Identity(
            protocol=PROTOCOL_VERSION,
            id=self.me.id,
            name=self.me.name,
            role=self.me.role,
            client_type="person",
            ice_servers=[],
            resumed=self.resumed,
            heartbeat_s=self.heartbeat_s,
            grace_s=30.0,
            server_time_ms=now_ms(),
            user_id=self.me.user_id,
        )

    def snapshot(self) -> messages.Snapshot:
        """The room as it is set."""
        return messages.Snapshot(
            seq=self.seq,
            room=messages.RoomInfo(slug="film-night", name="Film night"),
            peers=self.peers,
            control=self.control,
            messages=self.lines,
            browser=self.browser,
        )

    def send(self, message: msgspec.Struct) -> None:
        """Say this to the page."""
        assert self._socket is not None, "the page has not connected"
        self._socket.send(codec.encode(message))

    def event(self, message: msgspec.Struct) -> None:
        """Say this as the room's next event."""
        self.seq += 1
        self.send(msgspec.structs.replace(message, seq=self.seq))

    def close(self, code: int) -> None:
        """End the connection."""
        assert self._socket is not None
        self._socket.close(code=code)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """What the page said of this type."""
        return [message for message in self.said if message["type"] == kind]
