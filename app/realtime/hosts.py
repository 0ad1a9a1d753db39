"""Which hosts run a worker: each says so again and again, in Redis, by Redis' clock."""

from collections.abc import Collection
from typing import cast

import redis

_KEY = "turtus:hosts"
_SINCE_KEY = "turtus:hosts:since"
ALIVE_S = 35.0
"""A host that has not been heard of for this long is not counted on."""
SILENT_S = 120.0
"""A host that has not been heard of for this long is given up."""


class HostBoard:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def beat(self, host: str) -> None:
        """``host`` is alive now."""
        now = self._now()
        last = self._last()
        # When nobody was heard of, the board was emptied, Redis was away, or everything stood still.
        begins = last is None or last < now - ALIVE_S
        self._client.set(_SINCE_KEY, now, nx=not begins)
        self._client.zadd(_KEY, {host: now})

    def alive(self) -> list[str]:
        """Hosts heard of lately."""
        names = cast("list[bytes]", self._client.zrangebyscore(_KEY, self._now() - ALIVE_S, "+inf"))
        return [name.decode() for name in names]

    def silent(self, hosts: Collection[str]) -> set[str]:
        """Which of ``hosts`` have said nothing for ``SILENT_S`` while others were heard all the time.

        None of them while the board is younger than that, or hears nobody: then it is the board
        that knows nothing.
        """
        now = self._now()
        last = self._last()
        since = cast("bytes | None", self._client.get(_SINCE_KEY))
        if last is None or since is None or last < now - ALIVE_S or float(since) > now - SILENT_S:
            return set()
        heard = cast("list[bytes]", self._client.zrangebyscore(_KEY, now - SILENT_S, "+inf"))
        return set(hosts) - {name.decode() for name in heard}

    def _last(self) -> float | None:
        """When anybody was heard of last."""
        newest = cast("list[tuple[bytes, float]]", self._client.zrange(_KEY, -1, -1, withscores=True))
        return newest[0][1] if newest else None

    def _now(self) -> float:
        """Seconds since 1970 as Redis counts them: one clock for every host."""
        seconds, micros = self._client.time()
        return seconds + micros / 1_000_000
