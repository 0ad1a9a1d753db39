"""Coming into a room and leaving it: places, identity, snapshot."""

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from app.domain.browser import agent_peer_id, is_agent
from app.domain.permissions import Role
from app.realtime.announce import browser_status, control_status
from app.realtime.bus import RedisBus
from app.realtime.room_store import RoomStore, now_ms
from app.services.browsers import Browsers
from app.services.chat import ChatService
from app.services.control import ControlService
from vb.protocol.limits import (
    HEARTBEAT_S,
    PROTOCOL_VERSION,
    RESUME_GRACE_S,
    SNAPSHOT_MESSAGES,
    CloseCode,
)
from vb.protocol.messages import (
    IceServer,
    Identity,
    Peer,
    PeerJoined,
    PeerLeft,
    RequestStream,
    RoomInfo,
    Snapshot,
)

log = logging.getLogger(__name__)

AWAY_GRACE_S = 5.0
"""A page that says goodbye may be a reload: its place is kept this long."""
CLOSED_NORMALLY = 1000
CLOSED_GOING_AWAY = 1001


@dataclass(frozen=True, slots=True)
class Held:
    """One of this process's sockets, for the tick that prolongs their places."""

    room_id: str
    peer: Peer
    connection: str
    via: str | None


class Presence:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(
        self,
        bus: RedisBus,
        store: RoomStore,
        browsers: Browsers,
        chat: ChatService,
        control: ControlService,
        ice_servers: Iterable[dict[str, object]],
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        self._bus = bus
        self._store = store
        self._browsers = browsers
        self._chat = chat
        self._control = control
        self._ice_servers = [msgspec.convert(server, IceServer) for server in ice_servers]
        self._clock_ms = clock_ms

    def person(self, room_id: str, user_id: str, name: str, role: Role, wanted: str | None) -> Peer:
        """The peer that a signed-in person is: the one they were (``wanted``), if its place is theirs."""
        place = self._store.place(room_id, wanted) if wanted else None
        mine = place is not None and place.peer.user_id == user_id
        peer_id = wanted if wanted and mine else secrets.token_hex(8)
        return Peer(id=peer_id, name=name, role=role.value, client_type="person", user_id=user_id)

    def enter(self, held: Held) -> Identity:
        """Give the peer its place, sending away an older socket that has it; the rest of the room is told."""
        room_id, peer = held.room_id, held.peer
        self._drop_late(room_id)
        old = self._store.place(room_id, peer.id)
        if old is not None and old.connection != held.connection:
            self._bus.close(room_id, peer.id, CloseCode.REPLACED, old.connection)
        self._store.hold(room_id, peer, held.connection, held.via)
        return Identity(
            protocol=PROTOCOL_VERSION,
            id=peer.id,
            name=peer.name,
            role=peer.role,
            client_type=peer.client_type,
            ice_servers=self._ice_servers,
            resumed=old is not None,
            heartbeat_s=HEARTBEAT_S,
            grace_s=RESUME_GRACE_S,
            server_time_ms=self._clock_ms(),
            user_id=peer.user_id,
        )

    def announce(self, room_id: str, peer: Peer) -> None:
        """Tell the room of a newcomer."""
        self._bus.publish(room_id, PeerJoined(peer=peer))

    def ask_for_stream(self, held: Held) -> None:
        """Step 6 in the name of a person who comes in, so that it costs them no way here and back."""
        for peer in self._store.peers(held.room_id):
            if peer.client_type == "vb":
                asked = RequestStream(to=peer.id, sender=held.peer, via=held.via)
                self._bus.send(held.room_id, peer.id, asked)

    def snapshot(self, room_id: str, slug: str, name: str) -> Snapshot:
        """The whole room. ``seq`` is read first: what happens meanwhile comes again as an event."""
        seq = self._bus.seq(room_id)
        browser = self._browsers.latest(room_id)
        return Snapshot(
            seq=seq,
            room=RoomInfo(slug=slug, name=name),
            peers=self._store.peers(room_id),
            control=control_status(self._store.control(room_id)),
            messages=self._chat.latest(room_id, SNAPSHOT_MESSAGES),
            browser=browser_status(browser) if browser else None,
        )

    def leave(self, held: Held, close_code: int | None) -> None:
        """The socket is gone: at once for a goodbye, otherwise its place is kept for a while."""
        grace_s = {CLOSED_NORMALLY: 0.0, CLOSED_GOING_AWAY: AWAY_GRACE_S}.get(close_code or 0, RESUME_GRACE_S)
        if self._store.let_go(held.room_id, held.peer.id, held.connection, grace_s):
            self._left(held.room_id, held.peer.id)

    def tick(self, held: list[Held], here: Callable[[Held], bool] = lambda each: True) -> None:
        """Prolong the places of this process's sockets and drop those whose time is up elsewhere.

        ``here`` says whether a socket is still there: it may have gone since the list was made.
        """
        for each in held:
            if not here(each):
                continue
            lost = self._store.prolong(each.room_id, each.peer, each.connection, each.via)
            if not here(each):
                self._store.let_go(each.room_id, each.peer.id, each.connection, 0.0)
            elif lost:
                self.announce(each.room_id, each.peer)
        for room_id in {each.room_id for each in held}:
            self._drop_late(room_id)
            self._control.keep_present(room_id)

    def _drop_late(self, room_id: str) -> None:
        for peer_id in self._store.sweep(room_id):
            self._left(room_id, peer_id)

    def _left(self, room_id: str, peer_id: str) -> None:
        self._bus.publish(room_id, PeerLeft(id=peer_id))
        try:
            if not is_agent(peer_id):
                self._control.left(room_id, peer_id)
            elif not self._has_another(room_id, peer_id):
                self._control.browser_left(room_id)
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("control of room %s could not be let go for %s: %s", room_id, peer_id, error)

    def _has_another(self, room_id: str, agent: str) -> bool:
        """Whether the room's browser is a newer one than that of ``agent``, with a driver of its own."""
        latest = self._browsers.latest(room_id)
        return latest is not None and agent_peer_id(latest.id) != agent
