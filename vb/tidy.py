"""Gives back soon what viewers who have gone held.

A viewer's connection is a knot of objects that hold each other, with a second of packets in it; only the
collector of cycles undoes it, which by itself comes the more rarely the more a program holds. Most of what
this one holds is there for good (modules): put aside, a whole collection takes some 0.4 ms for each viewer
who is there. Nothing else is done meanwhile, so with many viewers it comes more rarely.
"""

import asyncio
import gc
import time

AFTER_S = 1.0
"""When the last task of a connection has ended."""
SHARE = 0.01
"""So much of the time at most goes into it, whoever comes and goes however often."""


def put_aside() -> None:
    """What there is now stays for good. Before the first viewer comes."""
    gc.collect()
    gc.freeze()


class Tidying:
    """Collects a moment after it was asked to, once for all who ask meanwhile. On the event loop.

    ``pause_s`` is that moment: ``after_s`` at least, in seconds, more where the last collection was long.
    """

    def __init__(self, after_s: float = AFTER_S) -> None:
        self._after_s = self.pause_s = after_s
        self._due: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """There is something to give back."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(self.pause_s, self._collect)

    def _collect(self) -> None:
        self._due = None
        began = time.perf_counter()
        gc.collect()
        self.pause_s = max(self._after_s, (time.perf_counter() - began) / SHARE)
