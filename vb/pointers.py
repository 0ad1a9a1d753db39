"""Who is shown which pointer: that of the shared screen, and those that members hold over the picture.

Nothing here moves anything: positions only. What changes quickly is told at most ``TOLD_PER_S`` times a
second to each page, more seldom when many watch, and of each pointer only the newest; what stands still
costs nothing.
"""

import asyncio
import base64
import contextlib
from collections.abc import Callable
from typing import ParamSpec, Protocol

from vb.desktop.cursor import CursorWatch, Shape
from vb.protocol.view import CursorShape, PeerPointsAt, PointAt, PointerAt, ToPage

TOLD_PER_S = 30.0
TOLD_IN_ALL_PER_S = 600.0
"""Messages about moving things to all pages together."""
REST_S = 0.15
"""The pointer rests when it has not moved for so long."""
MAX_POINTING = 50
"""Members who may show their pointers at once."""

P = ParamSpec("P")


class Page(Protocol):
    """A viewer's page that can be told something."""

    @property
    def peer_id(self) -> str:
        """The viewer's place in the room."""

    def tell(self, message: ToPage) -> bool:
        """Say it; False when it cannot be told now."""


class Pointers:
    """Call it on the event loop alone. ``driver()`` is the peer that drives, or None."""

    def __init__(self, display_name: str, driver: Callable[[], str | None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._driver = driver
        self._watch = CursorWatch(display_name, self._from_thread(self.shaped), self._from_thread(self.moved))
        self._pages: dict[str, Page] = {}
        self._shape: CursorShape | None = None
        self._place: PointerAt | None = None
        self._waiting: dict[str, PeerPointsAt] = {}
        self._pointing: set[str] = set()
        self._moving = False
        self._flush: asyncio.TimerHandle | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._told_at = float("-inf")
        self.stirred = self._watch.stirred

    def start(self) -> None:
        """Begin to look. The X server may come later."""
        self._watch.start()

    def stop(self) -> None:
        """Look no more. Idempotent."""
        self._watch.stop()
        for timer in (self._flush, self._rest):
            if timer is not None:
                timer.cancel()

    def opened(self, page: Page) -> None:
        """A page can be told things: it learns how the pointer looks, and where it is."""
        self._pages[page.peer_id] = page
        self._tell(page, self._shape)
        self._tell(page, self._place)

    def closed(self, page: Page) -> None:
        """A page is gone, and what it pointed at with it."""
        if self._pages.get(page.peer_id) is not page:
            return
        del self._pages[page.peer_id]
        if page.peer_id in self._pointing:
            self.pointed(page, PointAt(x=0, y=0, shown=False))

    def driver_changed(self) -> None:
        """Who drove was not told of each step: now all know where the pointer is."""
        for page in self._pages.values():
            self._tell(page, self._place)

    def shaped(self, shape: Shape) -> None:
        """The pointer has another shape: all are told at once."""
        self._shape = CursorShape(
            png=base64.b64encode(shape.png).decode(),
            width=shape.width,
            height=shape.height,
            hot_x=shape.hot_x,
            hot_y=shape.hot_y,
        )
        for page in self._pages.values():
            self._tell(page, self._shape)

    def moved(self, x: int, y: int) -> None:
        """The pointer is at a screen pixel. Who drives has moved it, and is told where it came to rest."""
        self._place = PointerAt(x=x, y=y)
        self._moving = True
        self._soon()
        if self._rest is not None:
            self._rest.cancel()
        self._rest = self._loop.call_later(REST_S, self._rested)

    def pointed(self, page: Page, message: PointAt) -> None:
        """A member points at something, or no longer."""
        if message.shown:
            if page.peer_id not in self._pointing and len(self._pointing) >= MAX_POINTING:
                return
            self._pointing.add(page.peer_id)
        elif page.peer_id in self._pointing:
            self._pointing.discard(page.peer_id)
        else:
            return
        self._waiting[page.peer_id] = PeerPointsAt(
            peer=page.peer_id, x=message.x, y=message.y, shown=message.shown
        )
        self._soon()

    def _soon(self) -> None:
        if self._flush is None:
            pause_s = max(1 / TOLD_PER_S, len(self._pages) / TOLD_IN_ALL_PER_S)
            self._flush = self._loop.call_at(max(self._loop.time(), self._told_at + pause_s), self._tell_all)

    def _tell_all(self) -> None:
        self._flush = None
        self._told_at = self._loop.time()
        driver = self._driver()
        for peer_id, page in self._pages.items():
            if self._moving and peer_id != driver:
                self._tell(page, self._place)
            for message in self._waiting.values():
                if message.peer != peer_id:
                    self._tell(page, message)
        self._moving = False
        self._waiting.clear()

    def _rested(self) -> None:
        page = self._pages.get(self._driver() or "")
        if page is not None:
            self._tell(page, self._place)

    @staticmethod
    def _tell(page: Page, message: ToPage | None) -> None:
        if message is not None:
            page.tell(message)

    def _from_thread(self, tell: Callable[P, None]) -> Callable[P, None]:
        def later(*args: P.args, **kwargs: P.kwargs) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended before the thread
                self._loop.call_soon_threadsafe(lambda: tell(*args, **kwargs))

        return later
