"""The shared clipboard and the page of the person who drives: nobody else sets it or is told of it."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Protocol

from vb.desktop.clipboard import Clipboard
from vb.desktop.gate import InputGate
from vb.early import Early
from vb.protocol.limits import CLIPBOARD_PART_CHARS, MAX_CLIPBOARD_BYTES
from vb.protocol.view import ClipboardSet, ClipboardText, SetClipboard, ToPage

EARLY_PARTS = 2 * MAX_CLIPBOARD_BYTES // CLIPBOARD_PART_CHARS
"""Parts of texts of an epoch to come that are kept of one page; a whole text has half as many."""


class Page(Protocol):
    """A viewer's page that can be told something."""

    @property
    def peer_id(self) -> str:
        """The viewer's place in the room."""

    def tell(self, message: ToPage) -> bool:
        """Say it; False when it cannot be told now."""


class SharedClipboard:
    """Call it on the event loop alone. ``gate`` knows who drives, and since which epoch."""

    def __init__(self, display_name: str, gate: InputGate) -> None:
        self._loop = asyncio.get_running_loop()
        self._gate = gate
        self._clipboard = Clipboard(display_name, MAX_CLIPBOARD_BYTES, self._copied_there)
        self._pages: dict[str, Page] = {}
        self._arriving: tuple[Page, int] | None = None
        self._parts: list[str] = []
        self._early: Early[tuple[Page, SetClipboard]] = Early(EARLY_PARTS)

    def start(self) -> None:
        """Begin. The X server may come later, and may be restarted."""
        self._clipboard.start()

    def stop(self) -> None:
        """End it. Idempotent."""
        self._clipboard.stop()

    def opened(self, page: Page) -> None:
        """A page can be told things. What was copied before it drives is not its affair."""
        self._pages[page.peer_id] = page

    def closed(self, page: Page) -> None:
        """A page is gone."""
        if self._pages.get(page.peer_id) is page:
            del self._pages[page.peer_id]

    def set_by(self, page: Page, message: SetClipboard) -> None:
        """A part of a text from a page; with the last one the text is put there, and the page told so."""
        number, now = message.number, time.monotonic()
        if message.epoch > self._gate.epoch:
            self._refuse_all(self._early.late(now))
            if not self._early.keep(page.peer_id, message.epoch, (page, message), now):
                self._refuse(page, message)
            return
        if page.peer_id != self._gate.holder or message.epoch != self._gate.epoch:
            self._refuse(page, message)
            return
        if self._arriving != (page, number):
            self._arriving, self._parts = (page, number), []
        if sum(map(len, self._parts)) <= MAX_CLIPBOARD_BYTES:  # more than that is refused in any case
            self._parts.append(message.text)
        if message.more:
            return
        text = "".join(self._parts)
        self._arriving, self._parts = None, []
        if len(text.encode("utf-8", "replace")) > MAX_CLIPBOARD_BYTES or not text:
            self._refuse(page, message)
            return
        self._clipboard.put(text, self._on_loop(lambda: page.tell(ClipboardSet(number=number, ok=True))))

    def driver_changed(self) -> None:
        """The gate has news of who drives: what overtook it is done now."""
        right, wrong = self._early.settle(self._gate.holder, self._gate.epoch, time.monotonic())
        self._refuse_all(wrong)
        for page, message in right:
            if self._pages.get(page.peer_id) is page:
                self.set_by(page, message)

    def copied(self, text: str | None) -> None:
        """A program has copied this (None: too much): whoever drives is told."""
        page = self._pages.get(self._gate.holder or "")
        if page is None:
            return
        epoch = self._gate.epoch
        if text is None:
            page.tell(ClipboardText(epoch=epoch, text="", too_large=True))
            return
        for at in range(0, len(text), CLIPBOARD_PART_CHARS):
            end = at + CLIPBOARD_PART_CHARS
            part = ClipboardText(epoch=epoch, text=text[at:end], more=end < len(text), goes_on=at > 0)
            if not page.tell(part):
                return  # a text with a hole would be pasted as if it were whole

    def _refuse_all(self, kept: list[tuple[Page, SetClipboard]]) -> None:
        for page, message in kept:
            self._refuse(page, message)

    def _refuse(self, page: Page, message: SetClipboard) -> None:
        if not message.more:
            page.tell(ClipboardSet(number=message.number, ok=False))

    def _copied_there(self, text: str | None) -> None:
        """On the clipboard's thread."""
        self._on_loop(lambda: self.copied(text))()

    def _on_loop(self, work: Callable[[], object]) -> Callable[[], None]:
        def later() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended before the thread
                self._loop.call_soon_threadsafe(work)

        return later
