"""Presence and control of each room, in Redis: shared by all web processes, rebuilt when lost."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, cast

import msgspec
import redis

from app.domain.control import Control
from vb.protocol.limits import RESUME_GRACE_S
from vb.protocol.messages import Peer

_KEY_LIFE_S = 86_400
_TRIES = 50


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return int(time.time() * 1000)


class Place(msgspec.Struct, frozen=True):
    """A peer's place in a room, kept until ``until_ms`` and prolonged while its socket lives."""

    peer: Peer
    until_ms: int
    connection: str
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """``resumed``: the place was still there. ``replaced``: another socket had it."""

    place: Place
    resumed: bool


_place = msgspec.json.Decoder(Place)


class RoomStore:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(self, client: redis.Redis, clock_ms: Callable[[], int] = now_ms) -> None:
        self._client = client
        self._clock_ms = clock_ms

    # --- presence ---------------------------------------------------------------------------

    def place(self, room_id: str, peer_id: str) -> Place | None:
        """The peer's place if it is still kept."""
        raw = cast("bytes | None", self._client.hget(_peers_key(room_id), peer_id))
        place = _place.decode(raw) if raw else None
        return place if place and place.until_ms > self._clock_ms() else None

    def hold(self, room_id: str, peer: Peer, connection: str, via: str | None) -> bool:
        """Keep a place for another ``RESUME_GRACE_S``; True if the peer was not there before."""
        place = Place(peer, self._clock_ms() + int(RESUME_GRACE_S * 1000), connection, via)
        added = self._client.hset(_peers_key(room_id), peer.id, msgspec.json.encode(place))
        self._client.expire(_peers_key(room_id), _KEY_LIFE_S)
        return bool(added)

    def let_go(self, room_id: str, peer_id: str, connection: str, grace_s: float) -> bool:
        """The socket ``connection`` of the peer is gone: keep its place for ``grace_s`` more.

        Returns True if the peer has left by this (no grace). Does nothing when another connection
        has taken the place over.
        """
        place = self.place(room_id, peer_id)
        if place is None or place.connection != connection:
            return False
        if grace_s <= 0:
            return bool(self._client.hdel(_peers_key(room_id), peer_id))
        until = self._clock_ms() + int(grace_s * 1000)
        raw = msgspec.json.encode(msgspec.structs.replace(place, until_ms=until))
        self._client.hset(_peers_key(room_id), peer_id, cast(Any, raw))
        return False

    def peers(self, room_id: str) -> list[Peer]:
        """Who is here, in no order."""
        now = self._clock_ms()
        return [place.peer for place in self._places(room_id) if place.until_ms > now]

    def sweep(self, room_id: str) -> list[str]:
        """Forget those whose time is up; returns the ids that this call (and no other) removed."""
        now = self._clock_ms()
        late = [place.peer.id for place in self._places(room_id) if place.until_ms <= now]
        return [peer for peer in late if self._client.hdel(_peers_key(room_id), peer)]

    def people_count(self, room_ids: list[str]) -> dict[str, int]:
        """How many people (not browsers) are in each room."""
        pipe = self._client.pipeline(transaction=False)
        for room_id in room_ids:
            pipe.hvals(_peers_key(room_id))
        now = self._clock_ms()
        counts: dict[str, int] = {}
        for room_id, values in zip(room_ids, pipe.execute(), strict=True):
            places = [_place.decode(raw) for raw in values]
            counts[room_id] = sum(
                1 for place in places if place.until_ms > now and place.peer.client_type == "person"
            )
        return counts

    def drop(self, room_id: str, peer_id: str) -> bool:
        """Take a place away at once, whoever's socket has it; True if there was one."""
        return bool(self._client.hdel(_peers_key(room_id), peer_id))

    def forget_room(self, room_id: str) -> None:
        """The room was deleted."""
        self._client.delete(_peers_key(room_id), _control_key(room_id))

    def _places(self, room_id: str) -> list[Place]:
        values = cast("list[bytes]", self._client.hvals(_peers_key(room_id)))
        return [_place.decode(raw) for raw in values]

    # --- control ----------------------------------------------------------------------------

    def control(self, room_id: str) -> Control:
        """Who drives."""
        return _control(cast("bytes | None", self._client.get(_control_key(room_id))))

    def change_control(self, room_id: str, change: Callable[[Control], Control]) -> tuple[Control, Control]:
        """Apply a pure change; safe against other processes doing so at the same time.

        Returns:
            The control before and after.
        """
        key = _control_key(room_id)
        with self._client.pipeline() as pipe:
            for _ in range(_TRIES):
                pipe.watch(key)  # type: ignore[no-untyped-call]
                old = _control(cast("bytes | None", pipe.get(key)))
                new = change(old)
                if new == old:
                    return old, old
                pipe.multi()
                pipe.set(key, msgspec.json.encode(asdict(new)), ex=_KEY_LIFE_S)
                try:
                    pipe.execute()
                except redis.WatchError:
                    continue
                return old, new
        raise redis.RedisError(f"control of room {room_id} changes too fast")


def _control(raw: bytes | None) -> Control:
    return msgspec.json.decode(raw, type=Control) if raw else Control()


def _peers_key(room_id: str) -> str:
    return f"turtus:room:{room_id}:peers"


def _control_key(room_id: str) -> str:
    return f"turtus:room:{room_id}:control"
