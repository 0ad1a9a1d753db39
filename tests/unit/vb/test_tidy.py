"""What holds itself is given back, and what is there for good is put aside."""

import asyncio
import gc
import weakref

from tests.support.aio import on_loop, until
from vb.tidy import Tidying, put_aside


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@on_loop
async def test_a_knot_is_undone_soon() -> None:
    """Once for all that ask in the same moment; again when asked again."""
    tidying = Tidying(0.02)
    put_aside()  # as the agent does: what a test run holds would be looked at for half a second
    gc.disable()
    try:
        for _ in range(2):
            knots = [weakref.ref(Knot()), weakref.ref(Knot())]
            tidying.soon()
            tidying.soon()
            assert all(knot() is not None for knot in knots)
            await until(lambda gone=knots: all(knot() is None for knot in gone))  # type: ignore[misc]
            await asyncio.sleep(0)
    finally:
        gc.enable()
        gc.unfreeze()


@on_loop
async def test_much_to_look_at_is_looked_at_more_rarely() -> None:
    """Who comes and goes without end costs those who stay a hundredth of the time at most."""
    tidying = Tidying(0.01)
    held: list[list[int]] = [[] for _ in range(200_000)]
    tidying.soon()
    await until(lambda: tidying.pause_s > 0.1)
    held.clear()
    gc.collect()


def test_what_is_put_aside_is_not_looked_at() -> None:
    """The collector has less to do."""
    try:
        put_aside()
        assert gc.get_freeze_count() > 1000
        assert len(gc.get_objects()) < 1000
    finally:
        gc.unfreeze()
