"""Room events between web processes, over Redis pub/sub.

A frame on a room's channel is text: ``seq \\n to \\n close code \\n message``. An event for everybody
has an empty ``to`` and a ``seq`` that the same script counts and publishes, so that two processes can
never send their events in another order than that of their numbers. A frame for one peer has seq 0.

A room's numbers begin at the time in milliseconds: when Redis was emptied they go on above all that
were ever used, so that everybody sees a gap (and asks for a snapshot) instead of something old.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import redis

from vb.protocol import codec

_KEY_LIFE_S = 86_400
_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[1], string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""
_SEQ = _BEGIN + "return redis.call('GET', KEYS[1])"
_PUBLISH = (
    _BEGIN
    + """
local seq = string.format('%.0f', redis.call('INCR', KEYS[1]))
redis.call('PUBLISH', KEYS[2], seq .. ARGV[2])
return seq
"""
)
LOGINS_CHANNEL = "turtus:logins"
"""What concerns a login wherever its sockets are: every web process listens."""


def channel(room_id: str) -> str:
    """The pub/sub channel of a room."""
    return f"turtus:room:{room_id}"


def _seq_key(room_id: str) -> str:
    return f"turtus:room:{room_id}:seq"


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing that happened in a room; ``to`` None is everybody, ``close_code`` 0 closes nothing."""

    seq: int
    to: str | None
    close_code: int
    raw: str


def parse(data: bytes) -> Frame:
    """Read a frame from the channel."""
    seq, to, close_code, raw = data.decode().split("\n", 3)
    return Frame(int(seq), to or None, int(close_code), raw)


class RedisBus:
    """Publishes. Raises redis.RedisError where Redis does not answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._publish = client.register_script(_PUBLISH)
        self._seq = client.register_script(_SEQ)

    def publish(self, room_id: str, event: msgspec.Struct) -> int:
        """Tell everybody in the room; returns the event's ``seq``."""
        tail = f"\n\n0\n{codec.encode(event)}"
        keys = [_seq_key(room_id), channel(room_id)]
        return int(cast(Any, self._publish(keys=keys, args=[_KEY_LIFE_S, tail])))

    def send(self, room_id: str, to: str, message: msgspec.Struct) -> None:
        """Tell one peer."""
        self._client.publish(channel(room_id), f"0\n{to}\n0\n{codec.encode(message)}")

    def close(self, room_id: str, to: str | None, close_code: int, why: str = "") -> None:
        """Close the socket of one peer, or (None) of everybody in the room."""
        self._client.publish(channel(room_id), f"0\n{to or ''}\n{close_code}\n{why}")

    def close_logins(self, login_ids: Collection[str], close_code: int, why: str = "") -> None:
        """Close every socket of these logins, in whichever room and process."""
        if login_ids:
            self._client.publish(LOGINS_CHANNEL, f"{' '.join(login_ids)}\n{close_code}\n{why}")

    def seq(self, room_id: str) -> int:
        """The number of the room's last event."""
        return int(cast(Any, self._seq(keys=[_seq_key(room_id)], args=[_KEY_LIFE_S])))
