"""The signaling of a real web server with two processes: the seven steps, order, resuming, limits."""

import json
import time
from datetime import UTC, datetime

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from app.domain.browser import BrowserState
from app.domain.tokens import hash_token
from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from app.realtime.room_store import MOST_OF_ONE_PERSON, RoomStore
from app.wiring import make_redis
from tests.integration.conftest import Site
from tests.support.people import Seat, Visitor, sit_as_agent
from vb.protocol.limits import ERRORS_BEFORE_CLOSE, MAX_MESSAGE_BYTES, RATE_BURST, CloseCode, ErrorCode
from vb.protocol.messages import (
    AgentScreen,
    AgentStatus,
    Answer,
    BrowserChanged,
    BrowserResize,
    BrowserStart,
    BrowserStop,
    Chat,
    ChatSend,
    ClientTypeIs,
    ControlChanged,
    ControlGive,
    ControlRelease,
    ControlTake,
    Error,
    Identity,
    Offer,
    PeerLeft,
    Ping,
    Pong,
    RequestClientType,
    RequestStream,
    Resize,
    Shutdown,
    Snapshot,
    Sync,
)


def two_in_a_room(site: Site) -> tuple[Visitor, Visitor, str]:
    ana, ben = site.person(), site.person()
    slug = ana.create_room()
    assert ben.get(f"/rooms/{slug}").ok
    return ana, ben, slug


def start_browser(site: Site, seat: Seat, token: str) -> None:
    """Ask for a browser and give it the token that a worker would have made."""
    seat.send(BrowserStart())
    browser = seat.expect(BrowserChanged).browser
    with Database(make_engine(site.env["TURTUS_DATABASE_URL"])).work() as work:
        row = work.browsers.move(browser.id, BrowserState.CREATING, datetime.now(UTC))
        assert row is not None
        row.host, row.token_hash = "local", hash_token(token)


def test_the_seven_steps(site: Site) -> None:
    """Every step of the connection algorithm, with a person and an agent as the newcomer."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as old:  # (1) a client connects
        identity, _ = old.settle()  # (2) and gets its identity
        assert identity.client_type == "person"
        with ben.sit(slug) as new:  # (3) others connect
            newcomer, snapshot = new.settle()
            assert identity.id in {peer.id for peer in snapshot.peers}
            assert old.newcomer(newcomer.id).client_type == "person"  # (4) the server introduces them
            old.send(RequestClientType(to=newcomer.id))  # (5) the old one asks for the type
            asked = new.expect(RequestClientType)
            assert asked.sender is not None
            assert asked.sender.id == identity.id  # the identity goes with every message
            new.send(ClientTypeIs(to=asked.sender.id, client_type="person"))
            assert old.expect(ClientTypeIs).client_type == "person"
        token = "t" * 43
        start_browser(site, old, token)
        with sit_as_agent(site.web.url, slug, token) as agent:
            vb, _ = agent.settle()
            assert vb.client_type == "vb"
            assert old.newcomer(vb.id).client_type == "vb"
            old.send(RequestClientType(to=vb.id))
            agent.expect(RequestClientType)
            agent.send(ClientTypeIs(to=identity.id, client_type="vb"))
            assert old.expect(ClientTypeIs).client_type == "vb"
            old.send(RequestStream(to=vb.id))  # (6) a vb must be asked for its stream
            request = agent.expect(RequestStream)
            assert request.via == "127.0.0.1"
            agent.send(Offer(to=identity.id, session="s1", sdp="v=0"))
            assert old.expect(Offer).session == "s1"
            with ben.sit(slug) as later:  # (7) somebody else is sent it without asking
                late, _ = later.settle()
                agent.newcomer(late.id)
                agent.send(RequestClientType(to=late.id))
                later.expect(RequestClientType)
                later.send(ClientTypeIs(to=vb.id, client_type="person"))
                assert agent.expect(ClientTypeIs).client_type == "person"
                agent.send(Offer(to=late.id, session="s2", sdp="v=0"))
                assert later.expect(Offer).session == "s2"
                later.send(Answer(to=vb.id, session="s2", sdp="v=0"))
                answer = agent.expect(Answer)
                assert answer.sender is not None
                assert answer.sender.id == late.id
            old.send(BrowserStop())
            agent.expect(Shutdown)


def test_chat_reaches_everybody_in_order_and_stays(site: Site) -> None:
    """What is said arrives at both in the same order, once, and a latecomer reads it."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a, ben.sit(slug) as b:
        a.settle(), b.settle()
        for n in range(10):
            (a if n % 2 else b).send(ChatSend(text=f"line {n}", client_msg_id=f"m{n}"))
        a.send(ChatSend(text="line 9", client_msg_id="m9"))
        seen = {id(seat): [seat.expect(Chat).line.id for _ in range(11)] for seat in (a, b)}
        assert seen[id(a)] == seen[id(b)]
        assert len(set(seen[id(a)])) == 10
    with ben.sit(slug) as again:
        _, snapshot = again.settle()
        assert [line.id for line in snapshot.messages] == sorted(set(seen[id(a)]))
        assert {line.text for line in snapshot.messages} == {f"line {n}" for n in range(10)}


def test_control_has_one_driver(site: Site) -> None:
    """Free control is taken, held control is asked for, released control goes to who asked."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a, ben.sit(slug) as b:
        ana_id, ben_id = a.settle()[0].id, b.settle()[0].id
        b.send(ControlTake())
        first = a.expect(ControlChanged).control
        assert (first.state, first.holder) == ("HELD", ben_id)
        a.send(ControlTake())  # the owner takes it at once
        second = b.expect(ControlChanged, control=a.expect(ControlChanged).control).control
        assert second.holder == ana_id
        assert second.epoch > first.epoch
        b.send(ControlTake())
        assert a.expect(ControlChanged).control.requests == [ben_id]
        a.send(ControlRelease())
        third = a.expect(ControlChanged).control
        assert (third.holder, third.requests) == (ben_id, [])
        assert third.epoch > second.epoch
        b.send(ControlGive(to=ana_id))
        assert a.expect(ControlChanged).control.holder == ana_id
        b.send(ControlGive(to="nobody"))
        assert b.expect(Error).code == "not_found"


def test_driver_who_leaves_lets_go(site: Site) -> None:
    """An orderly goodbye frees control at once."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a:
        a.settle()
        with ben.sit(slug) as b:
            b.settle()
            b.send(ControlTake())
            a.expect(ControlChanged)
        a.expect(PeerLeft)
        assert a.expect(ControlChanged).control.state == "FREE"


def test_broken_connection_keeps_its_place(site: Site) -> None:
    """Whoever comes back within the grace is the same peer, still drives, and nobody saw them leave."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a:
        a.settle()
        b = ben.sit(slug)
        ben_id = b.settle()[0].id
        b.send(ControlTake())
        a.expect(ControlChanged)
        b.ws.socket.close()  # as when the network goes
        with ben.sit(slug, client=ben_id) as again:
            identity, snapshot = again.settle()
            assert identity.resumed
            assert identity.id == ben_id
            assert snapshot.control.holder == ben_id
            a.nothing_of(PeerLeft)


def test_place_belongs_to_its_person(site: Site) -> None:
    """Somebody else's client id gives a new identity, not theirs."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a:
        ana_id = a.settle()[0].id
        with ben.sit(slug, client=ana_id) as b:
            assert b.settle()[0].id != ana_id


def test_second_socket_of_a_peer_replaces_the_first(site: Site) -> None:
    """A page that reconnects before its old socket is known to be dead takes over."""
    ana = site.person()
    slug = ana.create_room()
    first = ana.sit(slug)
    ana_id = first.settle()[0].id
    with ana.sit(slug, client=ana_id) as second:
        assert second.settle()[0].id == ana_id
        assert first.close_code() == CloseCode.REPLACED
        second.send(Ping(n=7))
        assert second.expect(Pong).n == 7


def test_events_are_numbered_without_gaps(site: Site) -> None:
    """Each event of a room has the next number, from whichever process it came."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a, ben.sit(slug) as b:
        seq = a.settle()[1].seq
        b.settle()
        for n in range(6):
            (a if n % 2 else b).send(ChatSend(text="hello", client_msg_id=f"n{n}"))
        chats = [a.expect(Chat) for _ in range(6)]
        received = [getattr(message, "seq", 0) for message in a.received]
        numbers = [number for number in received if number > seq]
        assert numbers == list(range(numbers[0], chats[-1].seq + 1))
        a.send(Sync())
        assert a.expect(Snapshot).seq == chats[-1].seq


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", ErrorCode.MALFORMED),
        ("[1]", ErrorCode.MALFORMED),
        ('{"type": "chat.send"}', ErrorCode.MALFORMED),
        ('{"type": "no.such.thing"}', ErrorCode.UNKNOWN_TYPE),
        (
            json.dumps({"type": "chat.send", "text": "x" * MAX_MESSAGE_BYTES, "client_msg_id": "a"}),
            ErrorCode.TOO_LARGE,
        ),
        ('{"type": "chat.send", "text": "   ", "client_msg_id": "a"}', "invalid"),
        ('{"type": "chat.send", "text": "hi", "client_msg_id": "a\\u0000"}', ErrorCode.MALFORMED),
        ('{"type": "agent.status", "state": "ready"}', "forbidden"),
        ('{"type": "answer", "to": "nobody", "session": "s", "sdp": "v=0"}', ErrorCode.PEER_GONE),
        ('{"type": "offer", "to": "nobody", "session": "s", "sdp": "v=0"}', ErrorCode.FORBIDDEN),
        ('{"type": "browser.stop"}', "no_browser"),
    ],
)
def test_wrong_message_gets_an_error_and_the_socket_lives(site: Site, raw: str, code: str) -> None:
    """Each is answered with a code and a sentence; the next message works."""
    ana = site.person()
    with ana.sit(ana.create_room()) as seat:
        seat.settle()
        seat.ws.send(raw)
        error = seat.expect(Error)
        assert error.code == code
        assert error.message
        seat.send(Ping(n=1))
        seat.expect(Pong)


def test_twentieth_error_closes_the_socket(site: Site) -> None:
    """Nineteen are forgiven, the twentieth within ten seconds is not."""
    ana = site.person()
    with ana.sit(ana.create_room()) as seat:
        seat.settle()
        for _ in range(20):
            seat.ws.send("nonsense")
        assert seat.close_code() == CloseCode.TOO_MANY_ERRORS
        assert sum(isinstance(message, Error) for message in seat.received) == 20


def test_flood_is_refused(site: Site) -> None:
    """More messages than the budget are answered with too_often, then the socket is closed."""
    ana = site.person()
    with ana.sit(ana.create_room()) as seat:
        seat.settle()
        seat.flood(Ping(n=1), 400)
        assert seat.close_code() == CloseCode.TOO_MANY_ERRORS
        codes = {message.code for message in seat.received if isinstance(message, Error)}
        assert codes == {ErrorCode.TOO_OFTEN}


def test_snapshots_are_dear(site: Site) -> None:
    """Asking for the whole room again and again is too often; the socket lives."""
    ana = site.person()
    with ana.sit(ana.create_room()) as seat:
        seat.settle()
        for _ in range(12):
            seat.send(Sync())
        assert seat.expect(Error).code == ErrorCode.TOO_OFTEN
        time.sleep(0.5)
        seat.send(Ping(n=3))
        seat.expect(Pong)


def test_socket_without_session_is_closed_with_its_code(site: Site) -> None:
    """A page whose session ended is told so."""
    slug = site.person().create_room()
    assert site.visitor().sit(slug).close_code() == CloseCode.NO_SESSION


def test_socket_for_a_missing_or_foreign_room_is_closed_with_its_code(site: Site) -> None:
    """A room that is not there and one that this person never entered look the same."""
    slug = site.person().create_room()
    stranger = site.person()
    assert stranger.sit(slug).close_code() == CloseCode.NO_SUCH_ROOM
    assert stranger.sit("no-such-room").close_code() == CloseCode.NO_SUCH_ROOM


def test_nobody_passes_for_a_browser(site: Site) -> None:
    """A member may not offer a picture to others, and is told on as the person that they are."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as seat, ben.sit(slug) as other:
        seat.settle()
        to = other.settle()[0].id
        seat.send(Offer(to=to, session="s", sdp="v=0"))
        assert seat.expect(Error).code == ErrorCode.FORBIDDEN
        seat.send(ClientTypeIs(to=to, client_type="vb"))
        assert other.expect(ClientTypeIs).client_type == "person"
        assert not any(isinstance(message, Offer) for message in other.received)


def test_a_full_share_of_places_is_no_lock(site: Site) -> None:
    """Who has as many connections as one may have comes back to one of them, and gets no further one."""
    ana = site.person()
    slug = ana.create_room()
    store = RoomStore(make_redis(site.env["TURTUS_REDIS_URL"]))
    with ana.sit(slug) as seat, Database(make_engine(site.env["TURTUS_DATABASE_URL"])).read() as work:
        me, snapshot = seat.settle()
        room = work.rooms.by_slug(slug)
        assert room is not None
        for n in range(MOST_OF_ONE_PERSON - 1):
            other = msgspec.structs.replace(snapshot.peers[0], id=f"another-{n}")
            store.hold(room.id, other, f"socket {n}", None)
        assert ana.sit(slug).close_code() == CloseCode.ROOM_FULL
        with ana.sit(slug, me.id) as again:
            assert again.settle()[0].resumed


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "https://[::1", "foo://{host}", "//{host}"]
)
def test_foreign_origin_is_refused_before_the_upgrade(site: Site, origin: str | None) -> None:
    """Another site's page, or none at all, gets 403 and no WebSocket."""
    ana = site.person()
    slug = ana.create_room()
    with pytest.raises(InvalidStatus) as refused:
        ana.sit(slug, origin=origin and origin.format(host=site.web.url.partition("://")[2]))
    assert refused.value.response.status_code == 403


def test_agent_with_a_wrong_token_is_sent_away(site: Site) -> None:
    """Only the token of the room's living browser opens its signaling."""
    slug = site.person().create_room()
    assert sit_as_agent(site.web.url, slug, "wrong").close_code() == CloseCode.BROWSER_ENDED


def test_agent_of_a_crowd_is_not_sent_away(site: Site) -> None:
    """Every viewer gets an offer of its own, those who have left too: more than a person may say."""
    ana = site.person()
    slug = ana.create_room()
    with ana.sit(slug) as seat:
        to = seat.settle()[0].id
        start_browser(site, seat, "crowd")
        with sit_as_agent(site.web.url, slug, "crowd") as agent:
            agent.settle()
            for viewer in ["nobody"] * ERRORS_BEFORE_CLOSE + [to] * RATE_BURST * 2:
                agent.send(Offer(to=viewer, session="s", sdp="v=0"))
            agent.send(Ping(n=7))
            agent.expect(Pong, n=7)
            assert {m.code for m in agent.received if isinstance(m, Error)} == {ErrorCode.PEER_GONE}


def test_agent_reports_are_followed(site: Site) -> None:
    """ready makes the browser READY, failed makes it FAILED with the agent's words."""
    ana = site.person()
    slug = ana.create_room()
    with ana.sit(slug) as seat:
        seat.settle()
        start_browser(site, seat, "k" * 43)
        with sit_as_agent(site.web.url, slug, "k" * 43) as agent:
            agent.settle()
            agent.send(AgentStatus(state="ready"))
            assert seat.expect(BrowserChanged, timeout_s=5).browser.state == "READY"
            agent.send(AgentStatus(state="failed", reason="process_failed", message="Xvfb keeps dying."))
            failed = seat.expect(BrowserChanged).browser
            assert (failed.state, failed.reason, failed.message) == (
                "FAILED",
                "process_failed",
                "Xvfb keeps dying.",
            )


def test_agent_may_not_act_as_a_person(site: Site) -> None:
    """A container that was broken into can neither chat, nor drive, nor start or stop browsers."""
    ana = site.person()
    slug = ana.create_room()
    with ana.sit(slug) as seat:
        seat.settle()
        start_browser(site, seat, "z" * 43)
        with sit_as_agent(site.web.url, slug, "z" * 43) as agent:
            agent.settle()
            for message in (
                ChatSend(text="hi", client_msg_id="1"),
                ControlTake(),
                BrowserStart(),
                BrowserStop(),
            ):
                agent.send(message)
                assert agent.expect(Error).code == "forbidden"


def test_the_screen_is_resized_by_whoever_may_and_everybody_is_told(site: Site) -> None:
    """The owner asks, the agent does it and says so; a member without the wheel is refused."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as seat, ben.sit(slug) as other:
        seat.settle()
        other.settle()
        start_browser(site, seat, "s" * 43)
        with sit_as_agent(site.web.url, slug, "s" * 43) as agent:
            agent.settle()
            agent.send(AgentStatus(state="ready"))
            assert seat.expect(BrowserChanged, timeout_s=5).browser.state == "READY"
            other.send(BrowserResize(size="480p"))
            assert other.expect(Error).code == ErrorCode.FORBIDDEN
            seat.send(BrowserResize(size="portrait"))
            assert agent.expect(Resize).size == "portrait"
            agent.send(AgentScreen(width=720, height=1280))
            for each in (seat, other):
                while (browser := each.expect(BrowserChanged).browser).width != 720:
                    pass
                assert browser.height == 1280


def test_start_pressed_by_two_at_once_is_one_browser(site: Site) -> None:
    """Both see the same browser."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug) as a, ben.sit(slug) as b:
        a.settle(), b.settle()
        for seat in (a, b, a, b):
            seat.send(BrowserStart())
        assert a.expect(BrowserChanged).browser.id == b.expect(BrowserChanged).browser.id
        a.nothing_of(BrowserChanged)


def test_identity_is_first_and_complete(site: Site) -> None:
    """No event may come before the client knows who it is."""
    ana = site.person("zoë")
    with ana.sit(ana.create_room()) as seat:
        identity = seat.next()
        assert isinstance(identity, Identity)
        assert (identity.name, identity.role, identity.ice_servers) == ("zoë", "owner", [])
