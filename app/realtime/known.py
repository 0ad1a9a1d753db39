"""From which networks an account was signed in to, in Redis: where guesses from elsewhere lock nobody out."""

import hashlib
import logging
import time

import redis

log = logging.getLogger(__name__)

KNOWN_S = 30 * 24 * 3600
"""A network is forgotten so long after the last time that somebody signed in from there."""
MOST = 50
"""Networks of one account; of more, those of the newest sign-ins."""


class KnownNetworks:
    """Where Redis does not answer nothing is known, and nothing is remembered.

    Args:
        client: of Redis, which holds no address, only digests.
        secret: makes the digests such that nobody can try all addresses.
    """

    def __init__(self, client: redis.Redis, secret: str) -> None:
        self._client = client
        self._secret = hashlib.sha256(secret.encode()).digest()

    def add(self, account: str, network: str) -> None:
        """Somebody has signed in to ``account`` from ``network`` now."""
        key = self._key(account)
        try:
            with self._client.pipeline() as pipeline:
                pipeline.zadd(key, {self._digest(network): self._now()})
                pipeline.zremrangebyrank(key, 0, -MOST - 1)
                pipeline.expire(key, KNOWN_S)
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("a network is not remembered: %s", error)

    def has(self, account: str, network: str) -> bool:
        """Whether somebody has, in the last ``KNOWN_S``."""
        try:
            at = self._client.zscore(self._key(account), self._digest(network))
        except redis.RedisError as error:
            log.warning("no network is known: %s", error)
            return False
        return isinstance(at, float) and at > self._now() - KNOWN_S

    def _key(self, account: str) -> str:
        return f"turtus:known:{self._digest(account)}"

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=16).hexdigest()

    def _now(self) -> float:
        """Seconds since 1970."""
        return time.time()
