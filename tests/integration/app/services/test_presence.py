"""app.services.presence"""

from datetime import UTC, datetime

import pytest

from app.domain.browser import BrowserState, agent_peer_id
from app.domain.permissions import Role
from app.realtime.room_store import RoomStore
from app.services.control import ControlService
from app.services.presence import CLOSED_GOING_AWAY, CLOSED_NORMALLY, Held, Presence
from app.wiring import Parts
from tests.integration.app.conftest import ask_for_browser
from vb.protocol.limits import RESUME_GRACE_S
from vb.protocol.messages import Peer

ROOM = "room"


class Clock:
    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def presence(parts: Parts, clock: Clock) -> Presence:
    desk = parts.desk
    store = RoomStore(parts.redis, clock)
    control = ControlService(desk.bus, store, clock)
    servers: list[dict[str, object]] = [{"urls": ["stun:stun.example"]}]
    return Presence(desk.bus, store, desk.browsers, desk.chat, control, servers, clock)


def ana(presence: Presence, wanted: str | None = None) -> Peer:
    return presence.person(ROOM, "u-ana", "Ana", Role.MEMBER, wanted)


def agent(browser_id: str) -> Peer:
    return Peer(id=agent_peer_id(browser_id), name="Firefox", role="vb", client_type="vb")


def ids(presence: Presence) -> set[str]:
    return {peer.id for peer in presence.snapshot(ROOM, "slug", "Room").peers}


def test_identity_names_ice_servers_and_limits(presence: Presence) -> None:
    """What a client needs before anything else."""
    identity = presence.enter(Held(ROOM, ana(presence), "c1", None))
    assert identity.ice_servers[0].urls == ["stun:stun.example"]
    assert (identity.resumed, identity.grace_s, identity.user_id) == (False, RESUME_GRACE_S, "u-ana")


@pytest.mark.parametrize(
    ("code", "kept_s"),
    [(CLOSED_NORMALLY, 0.0), (CLOSED_GOING_AWAY, 5.0), (1006, RESUME_GRACE_S), (None, RESUME_GRACE_S)],
)
def test_place_is_kept_according_to_the_goodbye(
    presence: Presence, clock: Clock, code: int | None, kept_s: float
) -> None:
    """At once after a goodbye, 5 s for a reload, 30 s for a broken connection."""
    held = Held(ROOM, ana(presence), "c1", None)
    presence.enter(held)
    presence.leave(held, code)
    if kept_s:
        clock.now_ms += int(kept_s * 1000) - 1
        assert ids(presence) == {held.peer.id}
        assert ana(presence, held.peer.id).id == held.peer.id
        clock.now_ms += 1
    assert ids(presence) == set()
    assert ana(presence, held.peer.id).id != held.peer.id


def test_old_socket_cannot_end_the_new_ones_place(presence: Presence) -> None:
    """The reader of a replaced socket notices its end late."""
    peer = ana(presence)
    old, new = Held(ROOM, peer, "c1", None), Held(ROOM, peer, "c2", None)
    presence.enter(old)
    assert presence.enter(new).resumed
    presence.leave(old, CLOSED_NORMALLY)
    assert ids(presence) == {peer.id}


def test_tick_prolongs_the_living_and_drops_the_dead(presence: Presence, clock: Clock) -> None:
    """A process that was killed cannot say goodbye for its people."""
    mine = Held(ROOM, ana(presence), "c1", None)
    dead = Held(ROOM, presence.person(ROOM, "u-ben", "Ben", Role.MEMBER, None), "c2", None)
    presence.enter(mine)
    presence.enter(dead)
    for _ in range(4):
        clock.now_ms += 10_000
        presence.tick([mine])
    assert ids(presence) == {mine.peer.id}


def test_who_left_during_the_tick_stays_away(presence: Presence) -> None:
    """The list of sockets is a moment old: a goodbye in between is not undone."""
    held = Held(ROOM, ana(presence), "c1", None)
    presence.enter(held)
    presence.leave(held, CLOSED_NORMALLY)
    answers = iter([True, False])
    presence.tick([held], lambda each: next(answers))
    presence.tick([held], lambda each: False)
    assert ids(presence) == set()


def test_flushall_costs_nothing_but_a_tick(presence: Presence, parts: Parts) -> None:
    """Presence is rebuilt by the processes that hold the sockets."""
    held = Held(ROOM, ana(presence), "c1", None)
    presence.enter(held)
    parts.redis.flushall()
    assert ids(presence) == set()
    presence.tick([held])
    assert ids(presence) == {held.peer.id}


def test_driver_without_a_place_does_not_stay(presence: Presence, parts: Parts) -> None:
    """Redis did not answer when they left: the next tick hands control to whoever is here and asked."""
    ben = Held(ROOM, presence.person(ROOM, "u-ben", "Ben", Role.MEMBER, None), "c2", None)
    presence.enter(ben)
    for peer_id in ("ghost", ben.peer.id, "other ghost"):
        parts.desk.control.take(ROOM, peer_id, Role.MEMBER)
    presence.tick([ben])
    control = parts.desk.store.control(ROOM)
    assert (control.holder, control.requests) == (ben.peer.id, ())
    presence.tick([ben])
    assert parts.desk.store.control(ROOM) == control


def test_agents_end_frees_control(presence: Presence, parts: Parts) -> None:
    """There is nothing to drive without a browser."""
    agent = Held(ROOM, Peer(id="vb-1", name="Firefox", role="vb", client_type="vb"), "c1", None)
    presence.enter(agent)
    parts.desk.control.take(ROOM, "ana", Role.MEMBER)
    presence.leave(agent, CLOSED_NORMALLY)
    assert parts.desk.store.control(ROOM).holder is None


def test_dead_agent_does_not_take_control_from_the_next_browsers_driver(
    presence: Presence, parts: Parts, clock: Clock
) -> None:
    """Its place is swept 30 s after it was killed; by then somebody drives the browser after it."""
    user = parts.accounts.register("ana", "correct horse", "192.0.2.1").id
    room_id = parts.rooms.create(user, "Film night", "example.org").id
    first = ask_for_browser(parts, room_id)
    dead = Held(room_id, agent(first.id), "c1", None)
    presence.enter(dead)
    presence.leave(dead, 1006)
    with parts.database.work() as work:
        work.browsers.move(first.id, BrowserState.FAILED, datetime.now(UTC))
    second = ask_for_browser(parts, room_id)
    living = Held(room_id, agent(second.id), "c2", None)
    clock.now_ms += 3_000
    presence.enter(living)
    driver = Held(room_id, ana(presence), "c3", None)
    presence.enter(driver)
    parts.desk.control.take(room_id, driver.peer.id, Role.MEMBER)
    clock.now_ms += 28_000
    presence.tick([living, driver])
    assert {peer.id for peer in presence.snapshot(room_id, "s", "n").peers} == {
        living.peer.id,
        driver.peer.id,
    }
    assert parts.desk.store.control(room_id).holder == driver.peer.id
    presence.leave(living, CLOSED_NORMALLY)
    assert parts.desk.store.control(room_id).holder is None
