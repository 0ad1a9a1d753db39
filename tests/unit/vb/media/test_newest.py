"""One place between two threads."""

import threading

from vb.media.newest import Newest


def test_the_newest_wins() -> None:
    """What was not taken in time is replaced."""
    slot: Newest[int] = Newest()
    slot.put(1)
    slot.put(2)
    assert slot.take() == 2


def test_the_taker_waits() -> None:
    """A value that comes later wakes it."""
    slot: Newest[str] = Newest()
    got: list[str | None] = []
    taker = threading.Thread(target=lambda: got.append(slot.take()))
    taker.start()
    slot.put("late")
    taker.join(5)
    assert got == ["late"]


def test_close_wakes_the_taker_for_good() -> None:
    """None, then and always; later values are ignored."""
    slot: Newest[int] = Newest()
    got: list[int | None] = []
    taker = threading.Thread(target=lambda: got.append(slot.take()))
    taker.start()
    slot.close()
    slot.close()
    taker.join(5)
    slot.put(3)
    assert got == [None]
    assert slot.take() is None
