"""The agent's part in its room: signaling, viewers, input, and the time after the last viewer.

Imports libav and aiortc, which take a while: ``vb.agent`` loads it in a thread while the processes start.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aioice.ice import get_host_addresses
from aiortc import RTCDataChannel

from vb.clipboard import SharedClipboard
from vb.desktop.gate import InputGate
from vb.desktop.injector import Injector
from vb.desktop.screen import LiveScreen
from vb.files.desk import FileDesk
from vb.files.limits import limits_of
from vb.link.order import InOrder, missed_one
from vb.link.signal import SignalLink
from vb.logs import SUCCESS
from vb.peers.udp_mux import UdpMux, open_mux
from vb.peers.viewer import ENDING, Viewer, ViewerState
from vb.pointers import Pointers
from vb.protocol import messages
from vb.protocol.limits import PROTOCOL_VERSION
from vb.protocol.screens import SCREENS, ScreenName
from vb.protocol.view import FromPage, PointAt, SetClipboard, SetQuality
from vb.settings import Settings
from vb.streaming import Streaming

_log = logging.getLogger("vb.session")


class Idle(Exception):
    """Nobody has watched for ``after_s`` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s

    def __str__(self) -> str:
        return f"nobody has watched for {self.after_s:g} s"


class ShutdownAsked(Exception):
    """The signal server told the agent to end the browser."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"asked to stop: {self.reason}" if self.reason else "asked to stop"


class Session:
    """One browser in one room. Make it with ``open_session``."""

    def __init__(
        self,
        settings: Settings,
        mux: UdpMux,
        own: Sequence[str],
        screen: LiveScreen,
        sound_source: str,
        env: Mapping[str, str],
    ) -> None:
        self._timeout_s = settings.timeout_s
        self._screen = screen
        self._injector = Injector(screen.display)
        self._gate = InputGate()
        self._files = FileDesk(Path(env["HOME"]), limits_of(settings))
        self._pointers = Pointers(screen.display, lambda: self._gate.holder)
        self._clipboard = SharedClipboard(screen.display, self._gate)
        self._status = messages.AgentStatus(state="starting")
        self._link = SignalLink(
            settings.signal_url,
            settings.token,
            self._received,
            lost_after_s=settings.timeout_s,
            ca=settings.signal_ca,
        )
        self._streaming = Streaming(
            settings,
            mux,
            own,
            screen.display,
            sound_source,
            env,
            send=self._link.send,
            on_input=self._input,
            on_viewer=self._viewer_changed,
            on_page=self._page_said,
            on_open=self._page_listens,
            on_files=self._page_files,
        )
        self._viewers = self._streaming.viewers
        self._seq: int | None = None
        self._asked: set[str] = set()
        self._in_order = InOrder()
        self._ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle: asyncio.TimerHandle | None = None
        self._link_task: asyncio.Task[None] | None = None
        self._handlers = self._table()
        self._page_handlers: dict[type, Callable[[Viewer, Any], None]] = {
            PointAt: self._pointers.pointed,
            SetClipboard: self._clipboard.set_by,
            SetQuality: lambda viewer, said: viewer.choose(said.choice),
        }

    async def run(self) -> None:
        """Join the room and stay until it is over.

        Raises:
            Idle, ShutdownAsked, LinkEnded: why it is over.
        """
        self._injector.start()
        self._pointers.start()
        self._clipboard.start()
        self._link_task = link = asyncio.create_task(self._link.run(), name="link")
        await asyncio.wait({link, self._ending}, return_when=asyncio.FIRST_COMPLETED)
        if self._ending.done():
            self._ending.result()
        link.result()

    def ready(self) -> None:
        """Firefox is on the screen."""
        self._streaming.open_curtain()
        self._say(messages.AgentStatus(state="ready"))
        self._watch_idle(self._viewers.connected)

    def notice(self, reason: str, message: str) -> None:
        """Tell the room about something that was mended."""
        self._link.send(messages.AgentStatus(state="notice", reason=reason, message=message))

    async def close(self, status: messages.AgentStatus) -> None:
        """Say why, end all connections, hang up."""
        self._say(status)
        if self._idle is not None:
            self._idle.cancel()
        await self._files.close()
        await self._streaming.close(status.message)
        await self._link.flush(0.3)
        if self._link_task is not None:
            self._link_task.cancel()
            await asyncio.gather(self._link_task, return_exceptions=True)
        self._injector.stop()
        self._pointers.stop()
        self._clipboard.stop()
        if self._gate.counts:
            _log.info("input: %s", dict(self._gate.counts))

    # what comes from the signal server

    def _table(self) -> dict[type, Callable[[Any], None]]:
        return {
            messages.Identity: self._identity,
            messages.Snapshot: self._snapshot,
            messages.PeerJoined: lambda message: self._peer_joined(message.peer.id),
            messages.PeerLeft: lambda message: self._peer_left(message.id),
            messages.ControlChanged: lambda message: self._control(message.control),
            messages.Shutdown: lambda message: self._end(ShutdownAsked(message.reason)),
            messages.Resize: lambda message: self._then("screen", self._resize(message.size)),
            messages.Error: lambda message: _log.warning("refused: %s (%s)", message.message, message.ref),
            messages.RequestClientType: self._asked_for_type,
            messages.ClientTypeIs: self._told_type,
            messages.RequestStream: self._asked_for_stream,
            messages.Answer: self._answer,
            messages.Candidate: self._candidate,
            messages.Bye: self._bye,
        }

    def _received(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.Relayed) and message.sender is None:
            return
        if isinstance(message, messages.RoomEvent):
            if missed_one(self._seq, message.seq):
                self._link.send(messages.Sync())
            self._seq = message.seq
        handler = self._handlers.get(type(message))
        if handler is not None:
            handler(message)

    def _identity(self, message: messages.Identity) -> None:
        if message.protocol != PROTOCOL_VERSION:
            _log.warning("the server speaks protocol %s, this is %s", message.protocol, PROTOCOL_VERSION)
        self._viewers.use_ice_servers(message.ice_servers)
        self._link.send(self._status)
        self._link.send(messages.AgentViewers(count=self._viewers.connected))
        self._tell_size()

    async def _resize(self, size: ScreenName) -> None:
        """Change the screen; the stream follows it. The site is told the size, changed or not."""
        if await self._screen.resize(*SCREENS[size]):
            self._streaming.resize(*self._screen.size)
        self._tell_size()

    def _tell_size(self) -> None:
        width, height = self._screen.size
        self._link.send(messages.AgentScreen(width=width, height=height))

    def _snapshot(self, message: messages.Snapshot) -> None:
        self._seq = message.seq
        self._control(message.control)

    def _peer_joined(self, peer_id: str) -> None:
        """Step 5: whoever was there asks the new one what it is."""
        self._asked.add(peer_id)
        self._link.send(messages.RequestClientType(to=peer_id))

    def _peer_left(self, peer_id: str) -> None:
        self._asked.discard(peer_id)
        self._then(peer_id, self._viewers.drop(peer_id, "left"))

    def _asked_for_type(self, message: messages.RequestClientType) -> None:
        self._link.send(messages.ClientTypeIs(to=_from(message), client_type="vb"))

    def _told_type(self, message: messages.ClientTypeIs) -> None:
        """Step 7: a person who came after us is sent the stream without asking.

        It answers once: a connection takes 4 ms to make, in which nobody's picture goes on.
        """
        asked = _from(message) in self._asked
        self._asked.discard(_from(message))
        if asked and message.client_type == "person":
            self._then(_from(message), self._offer_once(_from(message), message.via))

    async def _offer_once(self, peer_id: str, via: str | None) -> None:
        """Looked up in its turn: the page may have asked a moment before, and not have been served yet."""
        if not self._viewers.has(peer_id):
            await self._viewers.open(peer_id, via)

    def _asked_for_stream(self, message: messages.RequestStream) -> None:
        """Step 6."""
        self._then(_from(message), self._viewers.open(_from(message), message.via))

    def _answer(self, message: messages.Answer) -> None:
        self._then(_from(message), self._viewers.answered(_from(message), message))

    def _candidate(self, message: messages.Candidate) -> None:
        self._then(_from(message), self._viewers.candidate(_from(message), message))

    def _bye(self, message: messages.Bye) -> None:
        self._then(_from(message), self._viewers.bye(_from(message), message.session))

    def _control(self, control: messages.ControlStatus) -> None:
        if self._gate.control(control.holder, control.epoch):
            self._injector.let_go()
            self._pointers.driver_changed()
            self._files.control(self._gate.holder, self._gate.epoch)
            self._clipboard.driver_changed()
            for frame in self._gate.early_frames(time.monotonic()):
                self._injector.put(frame)

    # what comes from viewers

    def _input(self, peer_id: str, data: bytes) -> None:
        frame = self._gate.pass_frame(peer_id, data, time.monotonic())
        if frame is not None:
            self._injector.put(frame)
            self._pointers.stirred()

    def _page_said(self, viewer: Viewer, message: FromPage) -> None:
        handler = self._page_handlers.get(type(message))
        if handler is not None:
            handler(viewer, message)

    def _page_listens(self, viewer: Viewer) -> None:
        """A page can be told how things stand."""
        self._pointers.opened(viewer)
        self._clipboard.opened(viewer)

    def _page_files(self, viewer: Viewer, channel: RTCDataChannel) -> None:
        self._files.join(id(viewer), viewer.peer_id, channel)

    def _viewer_changed(self, viewer: Viewer) -> None:
        if viewer.state in ENDING:
            self._files.leave(id(viewer))
        if viewer.state is ViewerState.OFFERED:
            return
        if viewer.state in ENDING:
            self._pointers.closed(viewer)
            self._clipboard.closed(viewer)
        if viewer.state is not ViewerState.CONNECTED and viewer.peer_id == self._gate.holder:
            self._injector.let_go()
        count = self._viewers.connected
        self._link.send(messages.AgentViewers(count=count))
        self._watch_idle(count)

    def _watch_idle(self, count: int) -> None:
        """The clock runs from the last viewer's leaving, or from ready when nobody has come."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if count == 0 and self._status.state == "ready":
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._timeout_s, self._end, Idle(self._timeout_s))

    # helpers

    def _say(self, status: messages.AgentStatus) -> None:
        self._status = status
        self._link.send(status)
        text = f"{status.state}: {status.message}" if status.message else status.state
        _log.info(text, extra=SUCCESS if status.state == "ready" else None)

    def _end(self, why: Exception) -> None:
        if not self._ending.done():
            self._ending.set_exception(why)

    def _then(self, peer_id: str, work: Awaitable[None]) -> None:
        self._in_order.add(peer_id, work)


def _from(message: messages.Relayed) -> str:
    """Who sent it; the server puts a sender on every relayed message (``_received`` has checked)."""
    return message.sender.id if message.sender is not None else ""


async def open_session(
    settings: Settings, screen: LiveScreen, sound_source: str, env: Mapping[str, str]
) -> Session:
    """Open the UDP port and make a session for what ``screen`` shows and ``sound_source`` plays.

    Raises:
        OSError: the port is taken.
    """
    mux = await open_mux(settings.udp_port)
    own = await asyncio.to_thread(get_host_addresses, True, False)
    return Session(settings, mux, own, screen, sound_source, env)
