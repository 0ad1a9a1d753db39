"""Order of work for each peer, and gaps in the server's events."""

import asyncio
import logging

import pytest

from tests.support.aio import on_loop
from vb.link.order import InOrder, missed_one


@pytest.mark.parametrize(
    ("last", "seq", "expected"),
    [(None, 9, False), (8, 9, False), (8, 10, True), (8, 8, False), (8, 3, False)],
)
def test_a_gap_is_noticed(last: int | None, seq: int, expected: bool) -> None:
    """The first number is taken as it is; one that was seen before is no gap."""
    assert missed_one(last, seq) is expected


@on_loop
async def test_work_for_one_peer_is_done_in_order() -> None:
    """However long the first takes; others do not wait for it."""
    done: list[str] = []
    go = asyncio.Event()

    async def slow() -> None:
        await go.wait()
        done.append("ana 1")

    async def quick(name: str) -> None:
        done.append(name)

    order = InOrder()
    order.add("ana", slow())
    order.add("ana", quick("ana 2"))
    order.add("ben", quick("ben 1"))
    await asyncio.sleep(0.01)
    assert done == ["ben 1"]
    go.set()
    await asyncio.sleep(0.01)
    assert done == ["ben 1", "ana 1", "ana 2"]
    assert order._last == {}


@on_loop
async def test_a_failure_is_logged_and_does_not_stop_what_follows() -> None:
    """With the key that it was for."""
    caught: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: caught.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("vb.link").addHandler(handler)
    done: list[int] = []

    async def broken() -> None:
        raise ValueError("no")

    async def fine() -> None:
        done.append(1)

    order = InOrder()
    order.add("ana", broken())
    order.add("ana", fine())
    await asyncio.sleep(0.01)
    logging.getLogger("vb.link").removeHandler(handler)
    assert done == [1]
    assert caught == ["work for ana failed: ValueError('no')"]
