"""The set of viewers: one connection for each peer, sessions, refusals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.aio import on_loop, until
from tests.support.rtc_page import RtcPage
from tests.support.tiers import Tiers
from vb.media.fanout import Fanout
from vb.peers import table as module
from vb.peers.table import FULL, ViewerTable
from vb.peers.udp_mux import open_mux
from vb.peers.viewer import ENDING, NOT_READ, OPENS_CHANNELS, Sources, Viewer
from vb.protocol.messages import Answer, Bye, Candidate, IceServer, Offer


class Room:
    """A table whose messages are kept."""

    table: ViewerTable

    def __init__(self) -> None:
        self.sent: list[Offer | Bye] = []
        self.counts: list[int] = []

    def changed(self, viewer: Viewer) -> None:
        if viewer.state in ENDING:
            self.table.forget(viewer)
        self.counts.append(self.table.connected)

    @property
    def offer(self) -> Offer:
        last = self.sent[-1]
        assert isinstance(last, Offer)
        return last

    async def join(self, peer_id: str) -> RtcPage:
        page = RtcPage()
        await self.table.open(peer_id, "127.0.0.1")
        answer = await page.answer(self.offer.sdp)
        wanted = self.table.connected + 1
        await self.table.answered(peer_id, Answer(to="vb", session=self.offer.session, sdp=answer))
        await until(lambda: self.table.connected == wanted)
        await page.settled()
        return page


@asynccontextmanager
async def room(announced: str = "") -> AsyncIterator[Room]:
    mux = await open_mux(0)
    made = Room()
    sources = Sources(
        Tiers(lambda newcomer: None),
        Fanout().subscribe,
        lambda peer, data: None,
        lambda viewer, message: None,
        lambda viewer: None,
        made.changed,
    )
    made.table = ViewerTable(mux, sources, made.sent.append, ["172.18.0.2"], announced)
    try:
        yield made
    finally:
        await made.table.close("over")
        mux.close()
        await asyncio.sleep(0)


def hosts(offer: Offer) -> set[str]:
    return {line.split()[4] for line in offer.sdp.splitlines() if line.startswith("a=candidate")}


@on_loop
async def test_each_peer_has_one_connection() -> None:
    """Asking again ends the old one and offers a new session."""
    async with room() as here:
        page = await here.join("ana")
        first = here.offer.session
        again = await here.join("ana")
        assert here.offer.session != first
        assert here.table.connected == 1
        assert here.table.has("ana")
        assert not here.table.has("ben")
        await page.close()
        await again.close()


@on_loop
async def test_the_offer_names_the_address_by_which_the_viewer_came() -> None:
    """Unless one is configured, which may be a name."""
    async with room() as here:
        await here.table.open("ana", "192.168.1.9")
        assert hosts(here.offer) == {"192.168.1.9"}
        await here.table.open("ben", None)
        assert hosts(here.offer) == {"172.18.0.2"}
    async with room("localhost") as here:
        await here.table.open("ana", "192.168.1.9")
        assert hosts(here.offer) == {"127.0.0.1", "172.18.0.2"}


@on_loop
async def test_messages_of_another_session_are_ignored() -> None:
    """Late answers, candidates and goodbyes of a connection that is no more."""
    async with room() as here:
        await here.table.open("ana", None)
        await here.table.answered("ana", Answer(to="vb", session="old", sdp="nonsense"))
        await here.table.candidate("ana", Candidate(to="vb", session="old", candidate="x"))
        await here.table.bye("ana", "old")
        await here.table.bye("ben", "old")
        assert here.table.has("ana")
        await here.table.candidate("ana", Candidate(to="vb", session=here.offer.session, candidate="x"))
        await here.table.bye("ana", here.offer.session)
        assert not here.table.has("ana")


@on_loop
async def test_a_refused_answer_is_told_with_a_sentence() -> None:
    """Bye, and the connection is gone."""
    async with room() as here:
        await here.table.open("ana", None)
        session = here.offer.session
        await here.table.answered("ana", Answer(to="vb", session=session, sdp="nonsense"))
        assert here.sent[-1] == Bye(to="ana", session=session, reason=NOT_READ)
        assert not here.table.has("ana")


@on_loop
async def test_a_full_house_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One viewer too many is told so."""
    monkeypatch.setattr(module, "MAX_VIEWERS", 1)
    async with room() as here:
        await here.table.open("ana", None)
        await here.table.open("ben", None)
        assert here.sent[-1] == Bye(to="ben", session="none", reason=FULL)
        assert not here.table.has("ben")


@on_loop
async def test_a_viewer_that_hangs_up_is_counted_out() -> None:
    """The count falls, the peer is forgotten."""
    async with room() as here:
        ana, ben = await here.join("ana"), await here.join("ben")
        assert here.table.connected == 2
        await ana.close()
        await until(lambda: here.table.connected == 1)
        assert not here.table.has("ana")
        await ben.close()


@on_loop
async def test_a_viewer_that_is_shown_the_door_is_told_why() -> None:
    """Without a fingerprint where it counts, and with a channel of its own: goodbye, with a sentence, at once."""
    async with room() as here:
        page = RtcPage()
        await here.table.open("ana", "127.0.0.1")
        session = here.offer.session
        first, rest = (await page.answer(here.offer.sdp)).split("m=audio", 1)
        bare = "".join(f"{line}\r\n" for line in first.splitlines() if "fingerprint" not in line)
        await here.table.answered("ana", Answer(to="vb", session=session, sdp=f"{bare}m=audio{rest}"))
        await until(lambda: here.sent[-1] == Bye(to="ana", session=session, reason=NOT_READ))
        ben = await here.join("ben")
        ben.connection.createDataChannel("mine")
        await until(lambda: isinstance(here.sent[-1], Bye) and here.sent[-1].reason == OPENS_CHANNELS)
        assert here.table.connected == 0
        await asyncio.gather(page.close(), ben.close())


@on_loop
async def test_closing_says_goodbye_to_all() -> None:
    """With the reason."""
    async with room() as here:
        ana, ben = await here.join("ana"), await here.join("ben")
        here.sent.clear()
        await here.table.close("The browser was stopped.")
        byes = [message for message in here.sent if isinstance(message, Bye)]
        assert {message.to for message in byes} == {"ana", "ben"}
        assert {message.reason for message in byes} == {"The browser was stopped."}
        assert here.table.connected == 0
        await asyncio.gather(ana.close(), ben.close())


@on_loop
async def test_servers_come_from_the_room_and_from_nowhere_else() -> None:
    """None by default; those of the identity for connections made from then on."""
    async with room() as here:
        assert here.table.ice_servers == []
        here.table.use_ice_servers([IceServer(urls=["stun:192.0.2.1:3478"], username="u", credential="c")])
        assert [server.urls for server in here.table.ice_servers] == [["stun:192.0.2.1:3478"]]


@on_loop
async def test_a_peer_that_comes_back_may_cost_no_more_than_before() -> None:
    """Its share is as it left it, and another's its own."""
    async with room() as here:
        shares = []
        for peer_id in ("ana", "ben", "ana"):
            await here.table.open(peer_id, None)
            shares.append(here.table._viewers[peer_id]._share)
        assert shares[0] is shares[2] is not shares[1]
