"""A fake signal server for one agent: a real WebSocket server that a test scripts and listens to."""

import queue
import ssl
import threading
import time
from http import HTTPStatus
from types import TracebackType
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from vb.protocol import codec, messages
from vb.protocol.limits import PROTOCOL_VERSION

M = TypeVar("M", bound=msgspec.Struct)
AGENT_ID = "p-vb"
ANA = messages.Peer(id="p-ana", name="Ana", role="owner", client_type="person", user_id="u1")
BEN = messages.Peer(id="p-ben", name="Ben", role="member", client_type="person", user_id="u2")


class FakeRoom:
    """Listens on ``port`` of every address while entered. One agent at a time."""

    def __init__(self, port: int = 0, *, host: str = "0.0.0.0", tls: ssl.SSLContext | None = None) -> None:  # noqa: S104
        self._host = host
        self._tls = tls
        self.port = port
        self.control = messages.ControlStatus(state="FREE", epoch=1)
        self.ice_servers: list[messages.IceServer] = []
        self.refuse_with: HTTPStatus | None = None
        self.close_with: int | None = None
        self.deaf = False
        """Read nothing and answer nothing after the greeting."""
        self.tokens: list[str] = []
        self.resumes: list[str] = []
        self.heard: list[msgspec.Struct] = []
        self._inbox: queue.Queue[msgspec.Struct] = queue.Queue()
        self._socket: ServerConnection | None = None
        self._connected = threading.Event()
        self._seq = 10

    def __enter__(self) -> "FakeRoom":
        return self.start()

    def start(self) -> "FakeRoom":
        """Listen."""
        self._server = serve(
            self._handle,
            self._host,
            self.port,
            ssl=self._tls,
            process_request=self._check,
            compression=None,
            ping_interval=None,
        )
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="fake room", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Be gone."""
        self.hang_up()
        self._server.shutdown()
        self._thread.join(5)

    def wait_for_agent(self, timeout_s: float = 20.0) -> None:
        """Until an agent is connected."""
        assert self._connected.wait(timeout_s), "no agent came"

    def send(self, message: msgspec.Struct) -> None:
        """To the agent."""
        self.send_text(codec.encode(message))

    def send_text(self, text: str) -> None:
        """To the agent, whatever it is."""
        assert self._socket is not None
        self._socket.send(text)

    def hang_up(self, code: int = 1001) -> None:
        """Close the agent's connection."""
        if self._socket is not None:
            self._connected.clear()
            self._socket.close(code)

    def give_control(self, peer_id: str | None, epoch: int) -> None:
        """Tell the agent who drives."""
        state = "HELD" if peer_id else "FREE"
        self.control = messages.ControlStatus(state=state, epoch=epoch, holder=peer_id)  # type: ignore[arg-type]
        self._seq += 1
        self.send(messages.ControlChanged(control=self.control, seq=self._seq))

    def settle(self, timeout_s: float = 20.0) -> None:
        """Until the agent has dealt with all that was sent: it answers a question that was asked after it."""
        self.send(messages.RequestClientType(to=AGENT_ID, sender=ANA))
        self.expect(messages.ClientTypeIs, timeout_s, to=ANA.id)

    def forget(self) -> None:
        """What was heard so far."""
        self.heard = []
        self._inbox = queue.Queue()

    def expect(self, kind: type[M], timeout_s: float = 20.0, **fields: object) -> M:
        """The next message of that kind with those fields; others before it are passed over."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(
                    f"no {kind.__name__} {fields} within {timeout_s} s; heard {self.heard[-8:]}"
                ) from None
            if isinstance(message, kind) and all(getattr(message, k) == v for k, v in fields.items()):
                return message

    def _check(self, socket: ServerConnection, request: Request) -> Response | None:
        self.tokens.append(request.headers.get("Authorization", ""))
        self.resumes.append(parse_qs(urlsplit(request.path).query).get("client", [""])[0])
        if self.refuse_with is not None:
            return socket.respond(self.refuse_with, "no")
        return None

    def _handle(self, socket: ServerConnection) -> None:
        if self.close_with is not None:
            socket.close(self.close_with)
            return
        self._socket = socket
        socket.send(codec.encode(self._identity()))
        socket.send(codec.encode(self._snapshot()))
        self._connected.set()
        while self.deaf:
            time.sleep(0.05)
        try:
            for raw in socket:
                message = codec.decode_client(raw)
                self.heard.append(message)
                match message:
                    case messages.Ping():
                        socket.send(codec.encode(messages.Pong(n=message.n)))
                    case messages.Sync():
                        socket.send(codec.encode(self._snapshot()))
                        self._inbox.put(message)
                    case _:
                        self._inbox.put(message)
        except ConnectionClosed:
            return

    def _identity(self) -> messages.Identity:
        return messages.Identity(
            protocol=PROTOCOL_VERSION,
            id=AGENT_ID,
            name="Firefox",
            role="vb",
            client_type="vb",
            ice_servers=self.ice_servers,
            resumed=bool(self.resumes and self.resumes[-1]),
            heartbeat_s=10.0,
            grace_s=30.0,
            server_time_ms=0,
        )

    def _snapshot(self) -> messages.Snapshot:
        return messages.Snapshot(
            seq=self._seq,
            room=messages.RoomInfo(slug="test", name="Test"),
            peers=[],
            control=self.control,
            messages=[],
        )
