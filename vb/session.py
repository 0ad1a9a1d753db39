"""The agent's part in its room: signaling, viewers, input, and the time after the last viewer.

Imports libav and aiortc, which take a while: ``vb.agent`` loads it in a thread while the processes start.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from vb.desktop.gate import InputGate
from vb.desktop.injector import Injector
from vb.link.signal import SignalLink
from vb.logs import SUCCESS
from vb.peers.viewer import Viewer, ViewerState
from vb.protocol.limits import PROTOCOL_VERSION
from vb.protocol.messages import (
    AgentStatus,
    AgentViewers,
    Answer,
    Bye,
    Candidate,
    ClientTypeIs,
    ControlChanged,
    ControlStatus,
    Error,
    Identity,
    PeerJoined,
    PeerLeft,
    RequestClientType,
    RequestStream,
    ServerMessage,
    Shutdown,
    Snapshot,
    Sync,
)
from vb.settings import Settings
from vb.streaming import Streaming, open_streaming

_log = logging.getLogger("vb.session")


class Idle(Exception):
    """Nobody has watched for ``after_s`` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s

    def __str__(self) -> str:
        return f"nobody has watched for {self.after_s:.0f} s"


class ShutdownAsked(Exception):
    """The signal server told the agent to end the browser."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"asked to stop{': ' if self.reason else ''}{self.reason}"


class Session:
    """One browser in one room. ``display`` is the X display that is shown and driven."""

    def __init__(self, settings: Settings, display: str) -> None:
        self._settings = settings
        self._streaming: Streaming | None = None
        self._injector = Injector(display)
        self._gate = InputGate()
        self._status = AgentStatus(state="starting")
        self._link = SignalLink(
            settings.signal_url,
            settings.token,
            self._received,
            lost_after_s=settings.timeout_s,
            ca=settings.signal_ca,
        )
        self._seq: int | None = None
        self._chains: dict[str, asyncio.Task[None]] = {}
        self._ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle: asyncio.TimerHandle | None = None
        self._link_task: asyncio.Task[None] | None = None
        self._opened = asyncio.Event()
        self._handlers: dict[type, Callable[[Any], None]] = {
            Identity: self._identity,
            Snapshot: self._snapshot,
            PeerJoined: self._peer_joined,
            PeerLeft: self._peer_left,
            RequestClientType: self._asked_for_type,
            ClientTypeIs: self._told_type,
            RequestStream: self._asked_for_stream,
            Answer: self._answer,
            Candidate: self._candidate,
            Bye: self._bye,
            ControlChanged: lambda message: self._control(message.control),
            Shutdown: self._shutdown,
            Error: lambda message: _log.warning("signal server: %s (%s)", message.message, message.ref),
        }

    async def run(self, display: str, sound_source: str, env: Mapping[str, str]) -> None:
        """Join the room and stay until it is over.

        Raises:
            Idle, ShutdownAsked, LinkEnded: why it is over.
            OSError: the UDP port is taken.
        """
        self._streaming = await open_streaming(
            self._settings,
            display,
            sound_source,
            env,
            send=self._link.send,
            on_input=self._input,
            on_viewers=self._viewers_changed,
        )
        self._injector.start()
        self._link_task = link = asyncio.create_task(self._link.run(), name="link")
        self._opened.set()
        await asyncio.wait({link, self._ending}, return_when=asyncio.FIRST_COMPLETED)
        if self._ending.done():
            self._ending.result()
        link.result()

    async def opened(self) -> None:
        """Until ``run`` has opened the stream, so that ``ready`` may be called."""
        await self._opened.wait()

    def ready(self) -> None:
        """Firefox is on the screen."""
        assert self._streaming is not None
        self._streaming.open_curtain()
        self._say(AgentStatus(state="ready"))
        self._watch_idle(self._streaming.viewers.connected)

    def notice(self, reason: str, message: str) -> None:
        """Tell the room about something that was mended."""
        self._link.send(AgentStatus(state="notice", reason=reason, message=message))

    async def close(self, status: AgentStatus, sentence: str) -> None:
        """Say why, end all connections, hang up."""
        self._say(status)
        if self._idle is not None:
            self._idle.cancel()
        if self._streaming is not None:
            await self._streaming.close(sentence)
        await self._link.flush(0.3)
        if self._link_task is not None:
            self._link_task.cancel()
            await asyncio.gather(self._link_task, return_exceptions=True)
        self._injector.stop()
        if self._gate.counts:
            _log.info("input: %s", dict(self._gate.counts))

    # what comes from the signal server

    def _received(self, message: ServerMessage) -> None:
        seq = getattr(message, "seq", 0)
        if seq and not isinstance(message, Snapshot):
            if self._seq is not None and seq > self._seq + 1:
                self._link.send(Sync())
            self._seq = seq
        handler = self._handlers.get(type(message))
        if handler is not None:
            handler(message)

    def _identity(self, message: Identity) -> None:
        if message.protocol != PROTOCOL_VERSION:
            _log.warning("the server speaks protocol %s, this is %s", message.protocol, PROTOCOL_VERSION)
        assert self._streaming is not None
        self._streaming.viewers.use_ice_servers(message.ice_servers)
        self._link.send(self._status)
        self._link.send(AgentViewers(count=self._streaming.viewers.connected))

    def _snapshot(self, message: Snapshot) -> None:
        self._seq = message.seq
        self._control(message.control)

    def _peer_joined(self, message: PeerJoined) -> None:
        self._link.send(RequestClientType(to=message.peer.id))

    def _peer_left(self, message: PeerLeft) -> None:
        assert self._streaming is not None
        self._in_order(message.id, self._streaming.viewers.drop(message.id, "left"))

    def _asked_for_type(self, message: RequestClientType) -> None:
        if message.sender is not None:
            self._link.send(ClientTypeIs(to=message.sender.id, client_type="vb"))

    def _told_type(self, message: ClientTypeIs) -> None:
        """Step 7: a person who came after us is sent the stream without asking."""
        assert self._streaming is not None
        if message.sender is None or message.client_type != "person":
            return
        if not self._streaming.viewers.has(message.sender.id):
            self._in_order(message.sender.id, self._streaming.viewers.open(message.sender.id, message.via))

    def _asked_for_stream(self, message: RequestStream) -> None:
        assert self._streaming is not None
        if message.sender is not None:
            self._in_order(message.sender.id, self._streaming.viewers.open(message.sender.id, message.via))

    def _answer(self, message: Answer) -> None:
        assert self._streaming is not None
        if message.sender is not None:
            self._in_order(message.sender.id, self._streaming.viewers.answered(message.sender.id, message))

    def _candidate(self, message: Candidate) -> None:
        assert self._streaming is not None
        if message.sender is not None:
            self._in_order(message.sender.id, self._streaming.viewers.candidate(message.sender.id, message))

    def _bye(self, message: Bye) -> None:
        assert self._streaming is not None
        if message.sender is not None:
            self._in_order(message.sender.id, self._streaming.viewers.bye(message.sender.id, message.session))

    def _control(self, control: ControlStatus) -> None:
        if self._gate.control(control.holder, control.epoch):
            self._injector.let_go()

    def _shutdown(self, message: Shutdown) -> None:
        self._end(ShutdownAsked(message.reason))

    # what comes from viewers

    def _input(self, peer_id: str, data: bytes) -> None:
        frame = self._gate.pass_frame(peer_id, data, time.monotonic())
        if frame is not None:
            self._injector.put(frame)

    def _viewers_changed(self, count: int, viewer: Viewer) -> None:
        if viewer.state is ViewerState.OFFERED:
            return
        if viewer.state is not ViewerState.CONNECTED and viewer.peer_id == self._gate.holder:
            self._injector.let_go()
        self._link.send(AgentViewers(count=count))
        self._watch_idle(count)

    def _watch_idle(self, count: int) -> None:
        """The clock runs from the last viewer's leaving, or from ready when nobody has come."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if count == 0 and self._status.state == "ready":
            timeout_s = self._settings.timeout_s
            self._idle = asyncio.get_running_loop().call_later(timeout_s, self._end, Idle(timeout_s))

    # helpers

    def _say(self, status: AgentStatus) -> None:
        self._status = status
        self._link.send(status)
        _log.info(
            "%s%s", status.state, f": {status.message}" if status.message else "",
            extra=SUCCESS if status.state == "ready" else None,
        )  # fmt: skip

    def _end(self, why: Exception) -> None:
        if not self._ending.done():
            self._ending.set_exception(why)

    def _in_order(self, peer_id: str, work: Awaitable[None]) -> None:
        """Do ``work`` after all that was begun before for the same peer."""
        previous = self._chains.get(peer_id)

        async def step() -> None:
            if previous is not None:
                await asyncio.wait({previous})
            await work

        task = asyncio.create_task(step(), name=f"peer {peer_id}")
        self._chains[peer_id] = task
        task.add_done_callback(lambda done: self._step_done(peer_id, done))

    def _step_done(self, peer_id: str, task: "asyncio.Task[None]") -> None:
        if self._chains.get(peer_id) is task:
            del self._chains[peer_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("viewer %s: %r", peer_id, error, exc_info=error)
