"""app.services.control (its rules are in tests/unit/app/domain/test_control.py)"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.control import MAX_REQUESTS
from app.domain.permissions import Role
from app.errors import Forbidden, NotFound, QueueFull
from app.wiring import Parts
from vb.protocol.messages import ClientKind, Peer

ROOM = "room"


def sit(parts: Parts, peer_id: str, client_type: str = "person") -> None:
    user_id = peer_id.partition("@")[0]
    kind: ClientKind = "vb" if client_type == "vb" else "person"
    peer = Peer(id=peer_id, name=user_id, role="member", client_type=kind, user_id=user_id)
    parts.desk.store.hold(ROOM, peer, f"socket-{peer_id}", None)


def test_forty_people_take_it_at_once(parts: Parts) -> None:
    """One drives, in whichever order; nothing is lost between the processes."""
    control = parts.desk.control
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: control.take(ROOM, f"p{n}", Role.MEMBER), range(12)))
    state = parts.desk.store.control(ROOM)
    assert {state.holder, *state.requests} == {f"p{n}" for n in range(12)}


def test_owner_takes_it_and_a_browser_never_does(parts: Parts) -> None:
    """Roles decide, on the server."""
    control = parts.desk.control
    control.take(ROOM, "ben", Role.MEMBER)
    control.take(ROOM, "ana", Role.OWNER)
    assert parts.desk.store.control(ROOM).holder == "ana"
    for act in (control.take, control.release):
        with pytest.raises(Forbidden):
            act(ROOM, "vb", Role.VB)


def test_a_person_takes_it_from_another_of_their_devices(parts: Parts) -> None:
    """Nobody has to ask themselves; somebody else still asks."""
    control = parts.desk.control
    for place in ("ben@laptop", "ben@phone", "cy"):
        sit(parts, place)
    control.take(ROOM, "ben@laptop", Role.MEMBER)
    control.take(ROOM, "cy", Role.MEMBER)
    control.take(ROOM, "ben@phone", Role.MEMBER)
    state = parts.desk.store.control(ROOM)
    assert (state.holder, state.requests) == ("ben@phone", ("cy",))


def test_one_person_cannot_take_the_whole_queue(parts: Parts) -> None:
    """Sixteen tabs wait once; who finds the queue full of others is told."""
    control = parts.desk.control
    control.take(ROOM, "ana", Role.MEMBER)
    for n in range(MAX_REQUESTS):
        sit(parts, f"ben@{n}")
        control.take(ROOM, f"ben@{n}", Role.MEMBER)
    assert parts.desk.store.control(ROOM).requests == (f"ben@{MAX_REQUESTS - 1}",)
    for n in range(MAX_REQUESTS - 1):
        control.take(ROOM, f"p{n}", Role.MEMBER)
    with pytest.raises(QueueFull):
        control.take(ROOM, "cy", Role.MEMBER)


def test_given_only_to_people_who_are_here(parts: Parts) -> None:
    """Not to a browser, not to somebody who left."""
    control = parts.desk.control
    sit(parts, "ben")
    sit(parts, "vb-1", "vb")
    control.take(ROOM, "ana", Role.MEMBER)
    for nobody in ("vb-1", "cy"):
        with pytest.raises(NotFound):
            control.give(ROOM, "ana", Role.MEMBER, nobody)
    control.give(ROOM, "ana", Role.MEMBER, "ben")
    assert parts.desk.store.control(ROOM).holder == "ben"
    control.give(ROOM, "ana", Role.OWNER, "ben")
    control.left(ROOM, "ben")
    assert parts.desk.store.control(ROOM).holder is None


def test_nothing_to_drive_after_the_browser_left(parts: Parts) -> None:
    """Control is free and its epoch has moved on."""
    parts.desk.control.take(ROOM, "ana", Role.MEMBER)
    before = parts.desk.store.control(ROOM)
    parts.desk.control.browser_left(ROOM)
    after = parts.desk.store.control(ROOM)
    assert after.holder is None
    assert after.epoch > before.epoch
    parts.desk.control.browser_left(ROOM)
    assert parts.desk.store.control(ROOM) == after
