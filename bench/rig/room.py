"""A signal endpoint for one agent: what the web stack says to it, and nothing else. No database, no Redis."""

import queue
import threading
import time
from types import TracebackType
from typing import TypeVar

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from launcher.errors import LauncherError
from vb.protocol import codec, messages
from vb.protocol.limits import PROTOCOL_VERSION

M = TypeVar("M", bound=msgspec.Struct)
AGENT_ID = "p-vb"


class Room:
    """Listens on ``port`` of every address while entered."""

    def __init__(self) -> None:
        self.port = 0
        self._inbox: dict[str, queue.Queue[msgspec.Struct]] = {}
        self._status: queue.Queue[messages.AgentStatus] = queue.Queue()
        self._socket: ServerConnection | None = None
        self._seq = 1
        self.epoch = 1

    def __enter__(self) -> "Room":
        self._server = serve(self._handle, "0.0.0.0", 0, compression=None, ping_interval=None)  # noqa: S104
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="bench room", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            self._socket.close()
        self._server.shutdown()
        self._thread.join(5)

    def send(self, message: msgspec.Struct) -> None:
        """To the agent."""
        if self._socket is None:
            raise LauncherError("The agent is not connected.")
        self._socket.send(codec.encode(message))

    def wait_ready(self, timeout_s: float) -> None:
        """Until the agent says that its browser is on the screen.

        Raises:
            LauncherError: it does not, or it failed.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                status = self._status.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise LauncherError(f"The agent was not ready within {timeout_s:g} s.") from None
            if status.state == "ready":
                return
            if status.state == "failed":
                raise LauncherError(f"The agent failed: {status.message}")

    def give_control(self, peer_id: str) -> int:
        """Let that peer drive; the epoch that its input must carry."""
        self._seq += 1
        self.epoch += 1
        control = messages.ControlStatus(state="HELD", epoch=self.epoch, holder=peer_id)
        self.send(messages.ControlChanged(control=control, seq=self._seq))
        return self.epoch

    def expect(self, kind: type[M], peer_id: str, timeout_s: float = 20.0) -> M:
        """The next message of that kind to that peer; others before it are passed over.

        Raises:
            LauncherError: none came.
        """
        inbox = self._inbox.setdefault(peer_id, queue.Queue())
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                message = inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise LauncherError(f"The agent sent no {kind.__name__} within {timeout_s:g} s.") from None
            if isinstance(message, kind):
                return message

    def _handle(self, socket: ServerConnection) -> None:
        self._socket = socket
        identity = messages.Identity(
            protocol=PROTOCOL_VERSION, id=AGENT_ID, name="Firefox", role="vb", client_type="vb",
            ice_servers=[], resumed=False, heartbeat_s=10.0, grace_s=30.0, server_time_ms=0,
        )  # fmt: skip
        room = messages.RoomInfo(slug="bench", name="Bench")
        free = messages.ControlStatus(state="FREE", epoch=self.epoch)
        socket.send(codec.encode(identity))
        socket.send(
            codec.encode(messages.Snapshot(seq=self._seq, room=room, peers=[], control=free, messages=[]))
        )
        try:
            for raw in socket:
                self._heard(socket, codec.decode_client(raw))
        except ConnectionClosed:
            return

    def _heard(self, socket: ServerConnection, message: msgspec.Struct) -> None:
        match message:
            case messages.Ping():
                socket.send(codec.encode(messages.Pong(n=message.n)))
            case messages.AgentStatus():
                self._status.put(message)
            case messages.Offer() | messages.Candidate() | messages.Bye():
                self._inbox.setdefault(message.to, queue.Queue()).put(message)
            case _:
                pass
