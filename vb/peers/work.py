"""What the packets of all viewers together may cost, and those of each. Pure; in quarters of a microsecond.

A viewer's share outlives its connection, so that coming back does not fill it again.
"""

from vb.bucket import Bucket

ALL_PER_S = 1_000_000.0
ALL_AT_ONCE = 2_000_000.0
"""A quarter of a core and half a second: a person may be here twenty times."""
WORK_PER_S = 400_000.0
WORK_AT_ONCE = 1_000_000.0
"""Each viewer's part of that: a tenth of a core and a quarter of a second. A whole upload at 5 MB/s takes a
third of it."""
SURE_PER_S = 20_000.0
SURE_AT_ONCE = 40_000.0
"""Each viewer's own, whatever the others use: 200 moves of a mouse a second and their answers."""
MOST_KEPT = 512
"""Viewers whose part is remembered, the latest. A part fills up in seconds: who is forgotten gains little."""


class Share:
    """What one viewer's packets may cost."""

    def __init__(self, everybody: Bucket) -> None:
        self._everybody = everybody
        self._sure = Bucket(SURE_PER_S, SURE_AT_ONCE)
        self._own = Bucket(WORK_PER_S, WORK_AT_ONCE)

    def take(self, now: float, work: int) -> bool:
        """Whether so much may be done now, in monotonic seconds; if so, it is taken."""
        return self._sure.take(now, work) or (self._own.take(now, work) and self._everybody.take(now, work))


class Shares:
    """The shares of all viewers of a browser, by peer."""

    def __init__(self) -> None:
        self._everybody = Bucket(ALL_PER_S, ALL_AT_ONCE)
        self._kept: dict[str, Share] = {}

    def of(self, peer_id: str) -> Share:
        """The peer's, as it has left it."""
        share = self._kept.pop(peer_id, None) or Share(self._everybody)
        self._kept[peer_id] = share
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return share
