"""Who is told of which pointer, and how often."""

import asyncio
from typing import Any

from tests.support.aio import on_loop, until
from vb.desktop.cursor import Shape
from vb.pointers import MAX_POINTING, REST_S, TOLD_PER_S, Pointers
from vb.protocol.view import CursorShape, PeerPointsAt, PointAt, PointerAt, ToPage

ARROW = Shape(b"png", 24, 24, 4, 3)


class NotingPage:
    """A page that keeps what it is told."""

    def __init__(self, peer_id: str) -> None:
        self.peer_id = peer_id
        self.told: list[Any] = []

    def tell(self, message: ToPage) -> bool:
        self.told.append(message)
        return True


class Scene:
    """Three pages; Ana drives."""

    def __init__(self) -> None:
        self.driver: str | None = "ana"
        self.pointers = Pointers(":0", lambda: self.driver)
        self.ana, self.ben, self.cleo = pages = [NotingPage(name) for name in ("ana", "ben", "cleo")]
        for page in pages:
            self.pointers.opened(page)


@on_loop
async def test_the_shape_is_told_at_once_and_to_newcomers() -> None:
    """As PNG in base64, with where the pointer is."""
    here = Scene()
    here.pointers.shaped(ARROW)
    shape = CursorShape(png="cG5n", width=24, height=24, hot_x=4, hot_y=3)
    assert [page.told for page in (here.ana, here.ben)] == [[shape], [shape]]
    here.pointers.moved(7, 8)
    late = NotingPage("late")
    here.pointers.opened(late)
    assert late.told == [shape, PointerAt(x=7, y=8)]
    here.pointers.stop()


@on_loop
async def test_who_does_not_drive_is_told_each_place_but_not_too_often() -> None:
    """The newest alone; the driver, who has moved it, learns where it rests."""
    here = Scene()
    began = asyncio.get_running_loop().time()
    for step in range(60):
        here.pointers.moved(step, 1)
        await asyncio.sleep(0.005)
    took = asyncio.get_running_loop().time() - began
    assert here.ana.told == []
    await until(lambda: here.ben.told[-1:] == [PointerAt(x=59, y=1)])
    assert 2 <= len(here.ben.told) <= took * TOLD_PER_S + 2
    assert here.ben.told == here.cleo.told
    await asyncio.sleep(REST_S + 0.1)
    assert here.ana.told == [PointerAt(x=59, y=1)]
    here.pointers.stop()


@on_loop
async def test_with_nobody_at_the_wheel_all_are_told() -> None:
    """And at a change of driver everybody learns where it is."""
    here = Scene()
    here.driver = None
    here.pointers.moved(1, 2)
    await until(lambda: here.ana.told == [PointerAt(x=1, y=2)])
    await asyncio.sleep(REST_S + 0.05)
    here.driver = "ben"
    here.pointers.driver_changed()
    assert here.ana.told == here.ben.told == [PointerAt(x=1, y=2)] * 2
    here.pointers.stop()


@on_loop
async def test_members_see_each_others_pointers_and_not_their_own() -> None:
    """The newest place; gone when its person says so, and when its page is gone."""
    here = Scene()
    here.pointers.pointed(here.ben, PointAt(x=1, y=1))
    await until(lambda: here.ana.told == [PeerPointsAt(peer="ben", x=1, y=1, shown=True)])
    for x in range(5):
        here.pointers.pointed(here.ben, PointAt(x=x, y=2))
        here.pointers.pointed(here.cleo, PointAt(x=x, y=3))
    await until(lambda: len(here.ana.told) == 3)
    assert here.ana.told[1:] == [
        PeerPointsAt(peer="ben", x=4, y=2, shown=True),
        PeerPointsAt(peer="cleo", x=4, y=3, shown=True),
    ]
    assert [message.peer for message in here.ben.told] == ["cleo"]
    here.pointers.pointed(here.ben, PointAt(x=0, y=0, shown=False))
    here.pointers.closed(here.cleo)
    await until(lambda: len(here.ana.told) == 5)
    assert [(message.peer, message.shown) for message in here.ana.told[3:]] == [
        ("ben", False),
        ("cleo", False),
    ]
    here.pointers.pointed(here.ben, PointAt(x=0, y=0, shown=False))
    here.pointers.closed(here.cleo)
    await asyncio.sleep(0.1)
    assert len(here.ana.told) == 5
    here.pointers.stop()


@on_loop
async def test_a_replaced_page_is_not_closed_by_its_predecessor() -> None:
    """The same place in the room, a new connection."""
    here = Scene()
    again = NotingPage("ben")
    here.pointers.opened(again)
    here.pointers.closed(here.ben)
    here.pointers.shaped(ARROW)
    assert len(again.told) == 1
    assert here.ben.told == []
    here.pointers.stop()


@on_loop
async def test_there_is_a_most_of_pointers() -> None:
    """One more is not shown; those that are, still move."""
    here = Scene()
    for number in range(MAX_POINTING + 5):
        here.pointers.pointed(NotingPage(f"p{number}"), PointAt(x=1, y=1))
    await until(lambda: len(here.ana.told) == MAX_POINTING)
    here.pointers.pointed(NotingPage("p0"), PointAt(x=2, y=1))
    await until(lambda: here.ana.told[-1] == PeerPointsAt(peer="p0", x=2, y=1, shown=True))
    here.pointers.stop()


@on_loop
async def test_a_crowd_is_told_more_seldom() -> None:
    """All pages together get so many messages a second and no more."""
    here = Scene()
    crowd = [NotingPage(f"p{number}") for number in range(300)]
    for page in crowd:
        here.pointers.opened(page)
    for step in range(40):
        here.pointers.moved(step, 1)
        await asyncio.sleep(0.01)
    assert len(crowd[0].told) <= 2
    here.pointers.stop()
    here.pointers.stop()
