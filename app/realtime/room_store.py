"""Presence and control of each room, in Redis: shared by all web processes, rebuilt when lost."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

import msgspec
import redis

from app.domain.control import Control
from vb.protocol.limits import RESUME_GRACE_S
from vb.protocol.messages import Peer

_KEY_LIFE_S = 86_400
_TRIES = 50
MOST_PLACES = 500
MOST_OF_ONE_PERSON = 20
"""Connections in one room, of everybody and of one person; more are refused."""

# A place belongs to one connection at a time; each script looks and writes in one step.
_PROLONG = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and cjson.decode(old).connection ~= ARGV[2] then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return old and 0 or 1
"""
_LET_GO = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old then return 0 end
local place = cjson.decode(old)
if place.connection ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
place.until_ms = tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(place))
return 0
"""
_DROP_LATE = """
local gone = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if cjson.decode(all[i + 1]).until_ms <= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], all[i])
    table.insert(gone, all[i])
  end
end
return gone
"""


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return int(time.time() * 1000)


class Place(msgspec.Struct, frozen=True):
    """A peer's place in a room, kept until ``until_ms`` and prolonged while its socket lives."""

    peer: Peer
    until_ms: int
    connection: str
    via: str | None = None


_place = msgspec.json.Decoder(Place)


class RoomStore:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(self, client: redis.Redis, clock_ms: Callable[[], int] = now_ms) -> None:
        self._client = client
        self._clock_ms = clock_ms
        self._prolong = client.register_script(_PROLONG)
        self._let_go = client.register_script(_LET_GO)
        self._drop_late = client.register_script(_DROP_LATE)

    # --- presence ---------------------------------------------------------------------------

    def place(self, room_id: str, peer_id: str) -> Place | None:
        """The peer's place if it is still kept."""
        raw = cast("bytes | None", self._client.hget(_peers_key(room_id), peer_id))
        place = _place.decode(raw) if raw else None
        return place if place and place.until_ms > self._clock_ms() else None

    def hold(self, room_id: str, peer: Peer, connection: str, via: str | None) -> bool:
        """Give the peer's place to ``connection``, whoever had it; True if the peer was not there before."""
        added = self._client.hset(_peers_key(room_id), peer.id, self._encoded(peer, connection, via))
        self._client.expire(_peers_key(room_id), _KEY_LIFE_S)
        return bool(added)

    def prolong(self, room_id: str, peer: Peer, connection: str, via: str | None) -> bool:
        """Keep the place of ``connection`` for another ``RESUME_GRACE_S``, or put it back if it was lost.

        Returns True if it was lost. Does nothing when another connection has the place.
        """
        args = [peer.id, connection, self._encoded(peer, connection, via), _KEY_LIFE_S]
        return bool(self._prolong(keys=[_peers_key(room_id)], args=args))

    def let_go(self, room_id: str, peer_id: str, connection: str, grace_s: float) -> bool:
        """The socket ``connection`` of the peer is gone: keep its place for ``grace_s`` more.

        Returns True if the peer has left by this (no grace). Does nothing when another connection
        has taken the place over.
        """
        until = self._clock_ms() + int(grace_s * 1000) if grace_s > 0 else 0
        return bool(self._let_go(keys=[_peers_key(room_id)], args=[peer_id, connection, until]))

    def crowded(self, room_id: str, user_id: str) -> bool:
        """Whether the room, or this person in it, has as many connections as there may be.

        Places whose time is up do not count: nobody sweeps a room that nobody is in.
        """
        now = self._clock_ms()
        places = [place for place in self._places(room_id) if place.until_ms > now]
        mine = sum(place.peer.user_id == user_id for place in places)
        return len(places) >= MOST_PLACES or mine >= MOST_OF_ONE_PERSON

    def peers(self, room_id: str) -> list[Peer]:
        """Who is here, in no order."""
        now = self._clock_ms()
        return [place.peer for place in self._places(room_id) if place.until_ms > now]

    def sweep(self, room_id: str) -> list[str]:
        """Forget those whose time is up; returns the ids that this call (and no other) removed."""
        gone = self._drop_late(keys=[_peers_key(room_id)], args=[self._clock_ms()])
        return [peer_id.decode() for peer_id in cast("list[bytes]", gone)]

    def people_count(self, room_ids: list[str]) -> dict[str, int]:
        """How many people (not browsers, and each once) are in each room."""
        pipe = self._client.pipeline(transaction=False)
        for room_id in room_ids:
            pipe.hvals(_peers_key(room_id))
        now = self._clock_ms()
        counts: dict[str, int] = {}
        for room_id, values in zip(room_ids, pipe.execute(), strict=True):
            places = [_place.decode(raw) for raw in values]
            here = [place.peer for place in places if place.until_ms > now]
            counts[room_id] = len({peer.user_id for peer in here if peer.client_type == "person"})
        return counts

    def drop(self, room_id: str, peer_id: str) -> bool:
        """Take a place away at once, whoever's socket has it; True if there was one."""
        return bool(self._client.hdel(_peers_key(room_id), peer_id))

    def forget_room(self, room_id: str) -> None:
        """The room was deleted."""
        self._client.delete(_peers_key(room_id), _control_key(room_id))

    def _encoded(self, peer: Peer, connection: str, via: str | None) -> Any:
        until = self._clock_ms() + int(RESUME_GRACE_S * 1000)
        return msgspec.json.encode(Place(peer, until, connection, via))

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
