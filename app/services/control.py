"""Who drives: the pure rules of app.domain.control, kept in Redis and told to the room."""

from collections.abc import Callable, Collection

from app.domain import control as rules
from app.domain.control import Control
from app.domain.permissions import Action, Role, can
from app.errors import Forbidden, NotFound, QueueFull
from app.realtime.announce import control_status, free_control
from app.realtime.bus import RedisBus
from app.realtime.room_store import RoomStore, now_ms
from vb.protocol.messages import ControlChanged


class ControlService:
    """Raises Forbidden, NotFound, QueueFull, or redis.RedisError where Redis does not answer."""

    def __init__(self, bus: RedisBus, store: RoomStore, clock_ms: Callable[[], int] = now_ms) -> None:
        self._bus = bus
        self._store = store
        self._clock_ms = clock_ms

    def take(self, room_id: str, peer_id: str, role: Role) -> None:
        """Take control, or ask for it; who may override takes it from anybody, everybody from oneself."""
        _allow(role)

        def change(control: Control) -> Control:
            override = can(role, Action.CONTROL_OVERRIDE) or self._one_person(
                room_id, control.holder, peer_id
            )
            own = self._own(room_id, peer_id) if control.requests and not override else ()
            taken = rules.take(control, peer_id, self._clock_ms(), override=override, own=own)
            if peer_id not in (taken.holder, *taken.requests):
                raise QueueFull
            return taken

        self._change(room_id, change)

    def release(self, room_id: str, peer_id: str, role: Role) -> None:
        """Let go, or take a request back."""
        _allow(role)
        self._change(room_id, lambda c: rules.release(c, peer_id, self._clock_ms()))

    def give(self, room_id: str, peer_id: str, role: Role, to: str) -> None:
        """Hand control to somebody who is here."""
        _allow(role)
        place = self._store.place(room_id, to)
        if place is None or place.peer.client_type != "person":
            raise NotFound("person in this room")
        override = can(role, Action.CONTROL_OVERRIDE)
        self._change(room_id, lambda c: rules.give(c, peer_id, to, self._clock_ms(), override=override))

    def left(self, room_id: str, peer_id: str) -> None:
        """A person has left the room for good."""
        self._change(room_id, lambda c: rules.release(c, peer_id, self._clock_ms()))

    def keep_present(self, room_id: str) -> None:
        """Whoever has no place in the room neither drives nor waits for it."""

        def change(control: Control) -> Control:
            if control.holder is None:
                return control
            # Read after the control: who took it has entered before.
            present = frozenset(peer.id for peer in self._store.peers(room_id))
            return rules.keep_only(control, present, self._clock_ms())

        self._change(room_id, change)

    def browser_left(self, room_id: str) -> None:
        """There is nothing to drive any more."""
        free_control(self._bus, self._store, room_id)

    def _own(self, room_id: str, peer_id: str) -> Collection[str]:
        """The places of this place's person."""
        peers = self._store.peers(room_id)
        user_id = next((peer.user_id for peer in peers if peer.id == peer_id), None)
        return {peer.id for peer in peers if user_id is not None and peer.user_id == user_id}

    def _one_person(self, room_id: str, holder: str | None, peer_id: str) -> bool:
        """Whether two places are one person's, on two devices."""
        if holder is None:
            return False
        users = [
            place and place.peer.user_id
            for place in (self._store.place(room_id, p) for p in (holder, peer_id))
        ]
        return users[0] is not None and users[0] == users[1]

    def _change(self, room_id: str, change: Callable[[Control], Control]) -> None:
        old, new = self._store.change_control(room_id, change)
        if new != old:
            self._bus.publish(room_id, ControlChanged(control=control_status(new)))


def _allow(role: Role) -> None:
    if not can(role, Action.CONTROL_TAKE):
        raise Forbidden("drive")
