"""The agent's part in its room: a real socket to a pretended room, pretended viewers and hands."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.aio import on_loop, until
from tests.support.vb_room import ANA, BEN, FakeRoom
from vb import session as module
from vb.desktop.screen import LiveScreen
from vb.peers.viewer import ViewerState
from vb.protocol.input import Move, Release, encode
from vb.protocol.messages import (
    AgentScreen,
    AgentStatus,
    AgentViewers,
    Answer,
    Bye,
    Candidate,
    ClientTypeIs,
    ControlStatus,
    IceServer,
    PeerJoined,
    PeerLeft,
    RequestClientType,
    RequestStream,
    Resize,
    Shutdown,
    Sync,
)
from vb.session import Idle, Session, ShutdownAsked, open_session
from vb.settings import read


class PretendedViewers:
    """A table that keeps what it is asked to do."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.connected = 0
        self.servers: list[IceServer] = []

    def has(self, peer_id: str) -> bool:
        said = [what for what, whom, *_ in self.asked if whom == peer_id and what in ("open", "bye", "drop")]
        return said[-1:] == ["open"]

    def use_ice_servers(self, servers: list[IceServer]) -> None:
        self.servers = servers

    async def open(self, peer_id: str, via: str | None) -> None:
        self.asked.append(("open", peer_id, via))

    async def answered(self, peer_id: str, message: Answer) -> None:
        self.asked.append(("answer", peer_id, message.session))

    async def candidate(self, peer_id: str, message: Candidate) -> None:
        self.asked.append(("candidate", peer_id, message.candidate))

    async def bye(self, peer_id: str, session: str) -> None:
        self.asked.append(("bye", peer_id, session))

    async def drop(self, peer_id: str, reason: str) -> None:
        self.asked.append(("drop", peer_id, reason))


class PretendedStreaming:
    """Streaming without a stream."""

    made: "PretendedStreaming"

    def __init__(
        self, settings: Any, mux: Any, *args: Any, on_input: Any, on_viewer: Any, **kwargs: Any
    ) -> None:
        self.viewers = PretendedViewers()
        self.on_input = on_input
        self.on_viewer = on_viewer
        self.mux = mux
        self.log: list[str] = []
        PretendedStreaming.made = self

    def open_curtain(self) -> None:
        self.log.append("curtain")

    def resize(self, width: int, height: int) -> None:
        self.log.append(f"{width}x{height}")

    async def close(self, reason: str) -> None:
        self.log.append(f"closed: {reason}")
        self.mux.close()

    def viewer(self, peer_id: str, state: ViewerState, count: int) -> None:
        self.viewers.connected = count
        self.on_viewer(SimpleNamespace(peer_id=peer_id, state=state))


class PretendedScreen(LiveScreen):
    """A screen that takes every size but an upright one."""

    async def resize(self, width: int, height: int) -> bool:
        if width < height:
            return False
        self.size = (width, height)
        return True


class PretendedHands:
    """An injector that takes notes."""

    made: "PretendedHands"

    def __init__(self, display: str) -> None:
        self.done: list[Any] = []
        PretendedHands.made = self

    def start(self) -> None: ...
    def stop(self) -> None: ...

    def put(self, frame: Any) -> None:
        self.done.append(frame)

    def let_go(self) -> None:
        self.done.append("let go")


@pytest.fixture(autouse=True)
def _pretend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(module, "Streaming", PretendedStreaming)
    monkeypatch.setattr(module, "Injector", PretendedHands)


class Scene:
    """A session in a room."""

    def __init__(self, room: FakeRoom, session: Session) -> None:
        self.room = room
        self.session = session
        self.running = asyncio.create_task(session.run())

    @property
    def streaming(self) -> PretendedStreaming:
        return PretendedStreaming.made

    @property
    def viewers(self) -> PretendedViewers:
        return PretendedStreaming.made.viewers

    @property
    def hands(self) -> PretendedHands:
        return PretendedHands.made

    async def hears(self, kind: Any, **fields: object) -> Any:
        return await asyncio.to_thread(lambda: self.room.expect(kind, 5.0, **fields))

    async def says(self, *messages: Any) -> None:
        for message in messages:
            await asyncio.to_thread(self.room.send, message)


@asynccontextmanager
async def scene(timeout_ms: int = 60_000) -> AsyncIterator[Scene]:
    room = FakeRoom(host="127.0.0.1")
    room.ice_servers = [IceServer(urls=["stun:192.0.2.1"])]
    room.control = ControlStatus(state="HELD", epoch=4, holder=ANA.id)
    room.start()
    settings = read(["-s", f"ws://127.0.0.1:{room.port}/signal/x", "-t", str(timeout_ms)], {})
    made = Scene(
        room, await open_session(settings, PretendedScreen(":0", 1280, 720), "turtus.monitor", os.environ)
    )
    await until(lambda: made.session._link.connected)
    try:
        yield made
    finally:
        await made.session.close(AgentStatus(state="stopping", message="The test is over."))
        made.running.cancel()
        await asyncio.gather(made.running, return_exceptions=True)
        assert made.streaming.log[-1] == "closed: The test is over."
        await asyncio.to_thread(room.stop)


@on_loop
async def test_it_says_where_it_stands_when_it_comes() -> None:
    """Starting, and how many watch; the room's ICE servers are taken."""
    async with scene() as here:
        assert (await here.hears(AgentStatus)).state == "starting"
        assert (await here.hears(AgentViewers)).count == 0
        assert here.viewers.servers == here.room.ice_servers
        here.session.ready()
        assert (await here.hears(AgentStatus)).state == "ready"
        assert here.streaming.log == ["curtain"]


@on_loop
async def test_it_says_it_again_after_a_break() -> None:
    """What the server may have missed."""
    async with scene() as here:
        here.session.ready()
        await here.hears(AgentStatus, state="ready")
        here.viewers.connected = 3
        await asyncio.to_thread(here.room.hang_up)
        assert (await here.hears(AgentStatus)).state == "ready"
        assert (await here.hears(AgentViewers)).count == 3


@on_loop
async def test_the_newcomer_is_asked_and_a_person_is_sent_the_stream() -> None:
    """Steps 5 and 7; told twice it is offered once; another ``vb`` gets none."""
    async with scene() as here:
        await here.says(PeerJoined(peer=BEN, seq=11))
        await here.hears(RequestClientType, to=BEN.id)
        told = ClientTypeIs(to="p-vb", sender=BEN, client_type="person", via="192.0.2.7")
        await here.says(told, told, ClientTypeIs(to="p-vb", sender=ANA, client_type="vb"))
        await asyncio.sleep(0.05)
        assert here.viewers.asked == [("open", BEN.id, "192.0.2.7")]


@on_loop
async def test_an_answer_that_nobody_asked_for_brings_no_stream() -> None:
    """Nor does a second one, after a goodbye: who wants it again asks for it, which the site counts."""
    async with scene() as here:
        told = ClientTypeIs(to="p-vb", sender=BEN, client_type="person", via="192.0.2.7")
        await here.says(told, PeerJoined(peer=BEN, seq=11), told)
        await until(lambda: bool(here.viewers.asked))
        await here.says(Bye(to="p-vb", sender=BEN, session="s"), told)
        await until(lambda: len(here.viewers.asked) == 2)
        await asyncio.sleep(0.05)
        assert [what for what, *_ in here.viewers.asked] == ["open", "bye"]


@on_loop
async def test_it_answers_what_it_is_and_streams_on_request() -> None:
    """Step 6, as often as it is asked for."""
    async with scene() as here:
        await here.says(RequestClientType(to="p-vb", sender=ANA))
        assert (await here.hears(ClientTypeIs, to=ANA.id)).client_type == "vb"
        request = RequestStream(to="p-vb", sender=ANA, via="192.0.2.7")
        await here.says(request, request)
        await until(lambda: here.viewers.asked == [("open", ANA.id, "192.0.2.7")] * 2)


@on_loop
async def test_newcomer_that_asks_at_once_is_offered_once() -> None:
    """Its answer to step 5 may come before its wish was served."""
    async with scene() as here:
        told = ClientTypeIs(to="p-vb", sender=BEN, client_type="person", via="192.0.2.7")
        await here.says(RequestStream(to="p-vb", sender=BEN, via="192.0.2.7"), told)
        await until(lambda: bool(here.viewers.asked))
        await asyncio.sleep(0.05)
        assert here.viewers.asked == [("open", BEN.id, "192.0.2.7")]


@on_loop
async def test_negotiation_goes_to_the_viewers_in_order() -> None:
    """Answer, candidates, goodbye, and the end of a peer; without a sender nothing is done."""
    async with scene() as here:
        await here.says(
            Answer(to="p-vb", sender=ANA, session="s", sdp="v=0"),
            Candidate(to="p-vb", sender=ANA, session="s", candidate="c1"),
            Candidate(to="p-vb", session="s", candidate="nobody's"),
            Bye(to="p-vb", sender=ANA, session="s"),
            PeerLeft(id=ANA.id, seq=11),
        )
        await until(lambda: len(here.viewers.asked) == 4)
        assert here.viewers.asked == [
            ("answer", ANA.id, "s"),
            ("candidate", ANA.id, "c1"),
            ("bye", ANA.id, "s"),
            ("drop", ANA.id, "left"),
        ]


@on_loop
async def test_who_holds_control_drives() -> None:
    """As the snapshot says, and each change after it; everything is let go at each."""
    async with scene() as here:
        await until(lambda: here.hands.done == ["let go"])
        here.streaming.on_input(ANA.id, encode(Move(4, 1, 2)))
        here.streaming.on_input(BEN.id, encode(Move(4, 9, 9)))
        assert here.hands.done == ["let go", Move(4, 1, 2)]
        await asyncio.to_thread(here.room.give_control, BEN.id, 5)
        await until(lambda: here.hands.done[-1] == "let go")
        here.streaming.on_input(ANA.id, encode(Move(4, 1, 2)))
        here.streaming.on_input(BEN.id, encode(Release(5)))
        assert here.hands.done == ["let go", Move(4, 1, 2), "let go", Release(5)]


@on_loop
async def test_a_driver_whose_connection_ends_lets_go() -> None:
    """Others' connections may end without that."""
    async with scene() as here:
        await until(lambda: here.hands.done == ["let go"])
        here.streaming.viewer(BEN.id, ViewerState.CLOSED, 1)
        assert here.hands.done == ["let go"]
        here.streaming.viewer(ANA.id, ViewerState.CLOSING, 0)
        assert here.hands.done == ["let go", "let go"]


@on_loop
async def test_a_gap_in_the_events_asks_for_a_snapshot() -> None:
    """And the snapshot's word on control counts."""
    async with scene() as here:
        await here.says(PeerJoined(peer=BEN, seq=11))
        await here.hears(RequestClientType)
        here.room.control = ControlStatus(state="HELD", epoch=9, holder=BEN.id)
        await here.says(PeerLeft(id=BEN.id, seq=14))
        await here.hears(Sync)
        await until(lambda: here.session._gate.epoch == 9)


@on_loop
async def test_viewers_are_counted_for_the_room() -> None:
    """An offer is not a viewer."""
    async with scene() as here:
        await here.hears(AgentViewers, count=0)
        here.streaming.viewer(ANA.id, ViewerState.OFFERED, 0)
        here.streaming.viewer(ANA.id, ViewerState.CONNECTED, 1)
        assert (await here.hears(AgentViewers)).count == 1


@on_loop
async def test_the_screen_is_resized_and_the_stream_follows() -> None:
    """The site is told the size at first, after a change, and that it stayed when X did not do it."""
    async with scene() as here:
        assert (await here.hears(AgentScreen)).width == 1280
        await here.says(Resize(size="1080p"))
        said = await here.hears(AgentScreen)
        assert (said.width, said.height) == (1920, 1080)
        await here.says(Resize(size="portrait"))
        assert (await here.hears(AgentScreen)) == said
        assert here.streaming.log == ["1920x1080"]


@on_loop
async def test_nobody_came() -> None:
    """The timeout runs from ready."""
    async with scene(200) as here:
        await asyncio.sleep(0.4)
        assert not here.running.done()
        here.session.ready()
        with pytest.raises(Idle, match=r"nobody has watched for 0\.2 s"):
            await here.running


@on_loop
async def test_the_last_viewer_left() -> None:
    """The clock stands while somebody watches and starts anew when the last has left."""
    async with scene(300) as here:
        here.session.ready()
        here.streaming.viewer(ANA.id, ViewerState.CONNECTED, 1)
        await asyncio.sleep(0.5)
        assert not here.running.done()
        here.streaming.viewer(ANA.id, ViewerState.CLOSED, 0)
        began = time.monotonic()
        with pytest.raises(Idle):
            await here.running
        assert time.monotonic() - began >= 0.25


@on_loop
async def test_a_shutdown_message_ends_it() -> None:
    """With its reason; a second one changes nothing."""
    async with scene() as here:
        await here.says(Shutdown(reason="Ana pressed Stop"), Shutdown())
        with pytest.raises(ShutdownAsked, match="asked to stop: Ana pressed Stop"):
            await here.running


@on_loop
async def test_notices_are_passed_on() -> None:
    """Something was mended."""
    async with scene() as here:
        here.session.notice("xvfb_restarted", "The screen was restarted.")
        said = await here.hears(AgentStatus, state="notice")
        assert (said.reason, said.message) == ("xvfb_restarted", "The screen was restarted.")
