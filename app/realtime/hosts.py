"""Which hosts run a worker: each says so again and again, in Redis."""

import time
from typing import cast

import redis

_KEY = "turtus:hosts"
ALIVE_S = 35.0
"""A host that has not been heard of for this long is not counted on."""


class HostBoard:
    """Raises redis.RedisError where Redis does not answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def beat(self, host: str) -> None:
        """``host`` is alive now."""
        self._client.zadd(_KEY, {host: time.time()})

    def alive(self) -> list[str]:
        """Hosts heard of lately."""
        names = cast("list[bytes]", self._client.zrangebyscore(_KEY, time.time() - ALIVE_S, "+inf"))
        return [name.decode() for name in names]
