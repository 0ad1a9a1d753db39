"""Gives back soon what viewers who have gone held.

A viewer's connection is a knot of objects that hold each other, with a second of packets in it; only the
collector of cycles undoes it, which by itself comes the more rarely the more a program holds. Most of what
this one holds is there for good (modules): put aside, a whole collection takes a few milliseconds.
"""

import asyncio
import gc

AFTER_S = 1.0
"""When the last task of a connection has ended."""


def put_aside() -> None:
    """What there is now stays for good. Before the first viewer comes."""
    gc.collect()
    gc.freeze()


class Tidying:
    """Collects a moment after it was asked to, once for all who ask meanwhile. On the event loop."""

    def __init__(self, after_s: float = AFTER_S) -> None:
        self._after_s = after_s
        self._due: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """There is something to give back."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(self._after_s, self._collect)

    def _collect(self) -> None:
        self._due = None
        gc.collect()
