"""Keeping the order of what is done for each peer, and noticing what the server's events lack."""

import asyncio
import logging
from collections.abc import Awaitable

_log = logging.getLogger("vb.link")


def missed_one(last: int | None, seq: int) -> bool:
    """Whether events between ``last`` (None: unknown) and ``seq`` were lost. Pure."""
    return last is not None and seq > last + 1


class InOrder:
    """Runs work in the background: one after the other for the same key, side by side for different ones.

    What goes wrong is logged with the key; it does not keep later work from being done.
    """

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}

    def add(self, key: str, work: Awaitable[None]) -> None:
        """Do ``work`` after all that was added for ``key`` before."""
        previous = self._last.get(key)

        async def step() -> None:
            if previous is not None:
                await asyncio.wait({previous})
            await work

        task = asyncio.create_task(step(), name=f"work for {key}")
        self._last[key] = task
        task.add_done_callback(lambda done: self._done(key, done))

    def _done(self, key: str, task: "asyncio.Task[None]") -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("work for %s failed: %r", key, error, exc_info=error)
