"""Run a coroutine test on an event loop of its own."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

P = ParamSpec("P")
LIMIT_S = 20.0


def on_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Decorator: the test runs on a fresh loop and fails after ``LIMIT_S`` seconds."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def limited() -> None:
            async with asyncio.timeout(LIMIT_S):
                await test(*args, **kwargs)

        asyncio.run(limited())

    return run


async def until(condition: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - a test has no event to wait for
            await asyncio.sleep(0.005)
