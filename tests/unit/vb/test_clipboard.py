"""Who sets the shared clipboard and who is told of it, on a real X screen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from Xlib import X, display

from tests.support.aio import on_loop, until
from tests.support.x_screen import x_screen
from vb.clipboard import EARLY_PARTS, SharedClipboard
from vb.desktop.gate import InputGate
from vb.early import EARLY_S
from vb.protocol import codec
from vb.protocol.limits import CLIPBOARD_PART_CHARS, MAX_CLIPBOARD_BYTES, MAX_MESSAGE_BYTES
from vb.protocol.view import ClipboardSet, ClipboardText, SetClipboard, ToPage


class NotingPage:
    """A page that keeps what it is told, and whose messages are as short as the channel wants them."""

    def __init__(self, peer_id: str) -> None:
        self.peer_id = peer_id
        self.told: list[Any] = []
        self.takes = 1000
        """So many things more can be told."""

    def tell(self, message: ToPage) -> bool:
        assert len(codec.encode(message).encode()) <= MAX_MESSAGE_BYTES
        self.takes -= 1
        if self.takes < 0:
            return False
        self.told.append(message)
        return True


class Scene:
    """Ana drives with epoch 4, Ben watches."""

    def __init__(self, name: str) -> None:
        self.gate = InputGate()
        self.gate.control("ana", 4)
        self.shared = SharedClipboard(name, self.gate)
        self.ana, self.ben = NotingPage("ana"), NotingPage("ben")
        self.shared.opened(self.ana)
        self.shared.opened(self.ben)
        self.name = name

    def put(self, page: NotingPage, text: str, number: int = 1, epoch: int = 4) -> None:
        for at in range(0, len(text), CLIPBOARD_PART_CHARS):
            part = text[at : at + CLIPBOARD_PART_CHARS]
            more = at + CLIPBOARD_PART_CHARS < len(text)
            self.shared.set_by(page, SetClipboard(epoch=epoch, number=number, text=part, more=more))

    def pasted(self) -> str:
        """What another program gets, short texts only."""
        program: Any = display.Display(self.name)
        window = program.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        place = program.intern_atom("HERE")
        names = (program.intern_atom("CLIPBOARD"), program.intern_atom("UTF8_STRING"))
        window.convert_selection(*names, place, X.CurrentTime)
        while (event := program.next_event()).type != X.SelectionNotify:
            pass
        text = event.property and window.get_full_property(place, X.AnyPropertyType).value.decode()
        program.close()
        return str(text or "")


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    with x_screen() as name:
        here = Scene(name)
        here.shared.start()
        while not here.ana.told:  # until the thread is there
            here.put(here.ana, "ready")
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.2)
        here.ana.told.clear()
        yield here
        here.shared.stop()
        await asyncio.to_thread(here.shared._clipboard.join, 5)


@on_loop
async def test_the_driver_sets_it_and_is_told_when_it_is_there() -> None:
    """By then it can be pasted; a text of several parts is one."""
    async with scene() as here:
        here.put(here.ana, "zwei\nZeilen 😀", 7)
        await until(lambda: here.ana.told == [ClipboardSet(number=7, ok=True)])
        assert await asyncio.to_thread(here.pasted) == "zwei\nZeilen 😀"
        here.put(here.ana, "ü" * 30_000, 8)
        await until(lambda: here.ana.told[1:] == [ClipboardSet(number=8, ok=True)])
        assert await asyncio.to_thread(here.pasted) == "ü" * 30_000
        assert here.ben.told == []


@on_loop
async def test_nobody_else_sets_it() -> None:
    """Neither who watches, nor the driver of an older epoch; nothing changes."""
    async with scene() as here:
        here.put(here.ben, "Ben's", 1)
        here.put(here.ana, "old", 2, epoch=3)
        here.put(here.ana, "", 3)
        assert here.ben.told == [ClipboardSet(number=1, ok=False)]
        assert here.ana.told == [ClipboardSet(number=2, ok=False)]
        assert await asyncio.to_thread(here.pasted) == "ready"


@on_loop
async def test_a_text_that_overtakes_the_news_of_its_driver_is_put_there() -> None:
    """All of its parts, when the news comes; not the text of somebody else, nor of a page that has gone."""
    async with scene() as here:
        here.put(here.ben, "B" * (CLIPBOARD_PART_CHARS + 1), 1, epoch=5)
        here.put(here.ana, "Ana's", 2, epoch=5)
        again = NotingPage("ben")
        here.put(again, "of a page that is not open", 3, epoch=5)
        assert (here.ana.told, here.ben.told, again.told) == ([], [], [])
        here.gate.control("ben", 5)
        here.shared.driver_changed()
        await until(lambda: here.ben.told == [ClipboardSet(number=1, ok=True)])
        assert (here.ana.told, again.told) == ([ClipboardSet(number=2, ok=False)], [])
        assert await asyncio.to_thread(here.pasted) == "B" * (CLIPBOARD_PART_CHARS + 1)


@on_loop
async def test_early_texts_are_not_kept_without_end() -> None:
    """What is more than two texts, or older than a moment, is refused."""
    async with scene() as here:
        here.put(here.ben, "b" * CLIPBOARD_PART_CHARS * EARLY_PARTS, 1, epoch=5)
        here.put(here.ben, "one more", 2, epoch=5)
        assert here.ben.told == [ClipboardSet(number=2, ok=False)]
        await asyncio.sleep(EARLY_S + 0.1)
        here.put(here.ben, "later", 3, epoch=5)
        assert here.ben.told[1:] == [ClipboardSet(number=1, ok=False)]


@on_loop
async def test_too_much_is_refused() -> None:
    """Counted in bytes; a text that is given up half way leaves nothing in the next one."""
    async with scene() as here:
        here.put(here.ana, "ü" * (MAX_CLIPBOARD_BYTES // 2 + 1), 1)
        here.put(here.ana, "x" * (MAX_CLIPBOARD_BYTES * 3), 2)
        assert here.ana.told == [ClipboardSet(number=1, ok=False), ClipboardSet(number=2, ok=False)]
        here.shared.set_by(here.ana, SetClipboard(epoch=4, number=3, text="half", more=True))
        here.put(here.ana, "whole", 4)
        await until(lambda: here.ana.told[2:] == [ClipboardSet(number=4, ok=True)])
        assert await asyncio.to_thread(here.pasted) == "whole"


@on_loop
async def test_who_drives_is_told_what_was_copied() -> None:
    """In parts that the channel carries, with the epoch; the others are not, nor anybody when nobody drives."""
    async with scene() as here:
        text = "\0" * (CLIPBOARD_PART_CHARS + 1)  # the longest signs as JSON
        here.shared.copied(text)
        parts = here.ana.told
        assert [(part.more, part.goes_on) for part in parts] == [(True, False), (False, True)]
        assert {part.epoch for part in parts} == {4}
        assert "".join(part.text for part in parts) == text
        here.shared.copied(None)
        assert parts[2:] == [ClipboardText(epoch=4, text="", too_large=True)]
        here.gate.control(None, 5)
        here.shared.copied("secret")
        here.gate.control("ben", 6)
        here.shared.copied("for Ben")
        assert here.ben.told == [ClipboardText(epoch=6, text="for Ben")]
        assert len(parts) == 3


@on_loop
async def test_a_text_that_cannot_be_told_whole_is_broken_off() -> None:
    """Its end alone would be taken for all of it; the next one begins anew."""
    async with scene() as here:
        here.ana.takes = 1
        here.shared.copied("a" * 3 * CLIPBOARD_PART_CHARS)
        assert here.ana.takes == -1
        here.ana.takes = 1
        here.shared.copied("b")
        assert [(part.text[0], part.goes_on) for part in here.ana.told] == [("a", False), ("b", False)]


@on_loop
async def test_a_page_that_is_gone_is_not_told() -> None:
    """A new one of the same person is."""
    async with scene() as here:
        again = NotingPage("ana")
        here.shared.opened(again)
        here.shared.closed(here.ana)
        here.shared.copied("a")
        here.shared.closed(again)
        here.shared.copied("b")
        assert here.ana.told == []
        assert again.told == [ClipboardText(epoch=4, text="a")]
