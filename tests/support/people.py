"""People for tests: they sign in over HTTP and sit in rooms over a real WebSocket."""

import re
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import msgspec
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from vb.protocol import codec
from vb.protocol.messages import Identity, Peer, PeerJoined, Snapshot

M = TypeVar("M", bound=msgspec.Struct)
PASSWORD = "correct horse"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """A browser without JavaScript: cookies and forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()
        self.http.headers["Accept"] = "text/html"

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.base + path, timeout=20)

    def post(self, path: str, page: str | None = None, **fields: str) -> requests.Response:
        """Send a form with the CSRF token found on ``page`` (``path`` itself if None)."""
        found = _TOKEN.search(self.get(page or path).text)
        if found:
            fields["csrf_token"] = found.group(1)
        return self.http.post(self.base + path, data=fields, timeout=20)

    def register(self, name: str) -> "Visitor":
        answer = self.post("/register", username=name, password=PASSWORD)
        assert answer.ok, answer.text
        return self

    def create_room(self, name: str = "Film night", start_url: str = "") -> str:
        """Make a room and return its slug."""
        answer = self.post("/rooms", "/", name=name, start_url=start_url)
        assert answer.ok, answer.text
        return answer.url.rsplit("/", 1)[1]

    def sit(self, slug: str, client: str | None = None, *, stream: bool = False, **options: Any) -> "Seat":
        """Take a seat in the room's signaling, as the peer ``client``; ``stream``: asks for the browser's."""
        cookie = "; ".join(f"{c.name}={c.value}" for c in self.http.cookies)
        headers = {"Cookie": cookie, **options.pop("headers", {})}
        origin = options.pop("origin", self.base)
        asks = {"client": client, "stream": "1" if stream else None}
        query = "?" + urlencode({name: value for name, value in asks.items() if value})
        url = self.base.replace("http", "ws", 1) + f"/signal/{slug}{query}"
        return Seat(
            connect(url, additional_headers=headers, origin=origin, legacy=True, max_queue=None, **options)
        )


def sit_as_agent(base: str, slug: str, token: str) -> "Seat":
    """Take a seat as a browser's agent does."""
    url = base.replace("http", "ws", 1) + f"/signal/{slug}"
    headers = {"Authorization": f"Bearer {token}"}
    return Seat(connect(url, additional_headers=headers, legacy=True, max_queue=None))


class Seat:
    """A WebSocket in a room; keeps all that it received."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws
        self.received: list[msgspec.Struct] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ws.close()

    def settle(self) -> tuple[Identity, Snapshot]:
        """The first two messages."""
        return self.expect(Identity), self.expect(Snapshot)

    def send(self, message: msgspec.Struct) -> None:
        self.ws.send(codec.encode(message))

    def flood(self, message: msgspec.Struct, times: int) -> None:
        """Send it again and again; the server may close before the last."""
        with suppress(ConnectionClosed):
            for _ in range(times):
                self.send(message)

    def next(self, timeout_s: float = 5.0) -> msgspec.Struct:
        """The next message; TimeoutError if there is none, ConnectionClosed at the end."""
        message = codec.decode_server(self.ws.recv(timeout=timeout_s))
        self.received.append(message)
        return message

    def expect(self, kind: type[M], timeout_s: float = 10.0, **fields: object) -> M:
        """The next message of this class with these field values; others are passed over."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.next(left)
            except TimeoutError:
                break
            if isinstance(message, kind) and all(
                getattr(message, name) == value for name, value in fields.items()
            ):
                return message
        raise AssertionError(f"no {kind.__name__} {fields} came; received {self.received[-8:]}")

    def newcomer(self, peer_id: str) -> Peer:
        """Wait until the server introduces this peer."""
        while True:
            peer = self.expect(PeerJoined).peer
            if peer.id == peer_id:
                return peer

    def nothing_of(self, kind: type[M], within_s: float = 0.5) -> None:
        """AssertionError if a message of this class comes."""
        deadline = time.monotonic() + within_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.next(left)
            except TimeoutError:
                return
            assert not isinstance(message, kind), message

    def close_code(self, timeout_s: float = 10.0) -> int:
        """Read until the server closes; the code that it gave."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                self.next(max(0.1, deadline - time.monotonic()))
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006
            except TimeoutError:
                break
        raise AssertionError("the server did not close the socket")
