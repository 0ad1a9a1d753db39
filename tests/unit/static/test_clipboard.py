"""Copying and pasting between the driver's own clipboard and the shared one, with the browser's real clipboard."""

from typing import Any

import pytest

from tests.support.chromium import SITE, until
from tests.support.driver import EPOCH, Driver, hold
from tests.support.fake_signal import BEN
from tests.unit.static.conftest import Js
from vb.protocol.limits import CLIPBOARD_PART_CHARS, MAX_CLIPBOARD_BYTES
from vb.protocol.view import ClipboardSet, ClipboardText

CONTROL, V = 0xFFE3, ord("v")
PRESS_V = [(V, True), (V, False)]


class Copier(Driver):
    """Ana drives, and has a clipboard of her own."""

    def copy_here(self, text: str) -> None:
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)

    def here(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def told(self) -> list[dict[str, Any]]:
        """What the page said about the clipboard until it says no more."""
        found: list[dict[str, Any]] = []
        for _ in range(4):
            self.page.wait_for_timeout(60)
            found += [said for said in self.vb.heard() if said["type"] == "view.clipboard_set"]
        return found


@pytest.fixture
def driver(driver: Driver) -> Copier:
    """Ana, whom the browser lets read and write."""
    driver.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=SITE)
    return Copier(driver.page, driver.vb, driver.signal)


@pytest.mark.parametrize(
    ("event", "mac", "expected"),
    [
        ({"key": "v", "ctrlKey": True}, False, ord("v")),
        ({"key": "V", "ctrlKey": True, "shiftKey": True}, False, ord("V")),
        ({"key": "м", "code": "KeyV", "ctrlKey": True}, False, ord("v")),
        ({"key": ".", "code": "KeyV", "ctrlKey": True}, False, ord("v")),
        ({"key": "k", "code": "KeyV", "ctrlKey": True}, False, None),
        ({"key": "Insert", "shiftKey": True}, False, 0xFF63),
        ({"key": "Insert"}, False, None),
        ({"key": "v"}, False, None),
        ({"key": "v", "metaKey": True}, False, None),
        ({"key": "v", "metaKey": True}, True, ord("v")),
        ({"key": "v", "ctrlKey": True}, True, None),
        ({"key": "v", "ctrlKey": True, "altKey": True}, False, None),
    ],
)
def test_which_keys_paste(js: Js, event: dict[str, Any], mac: bool, expected: int | None) -> None:
    """On every alphabet; on a Mac with Command."""
    nothing = {"code": "", "ctrlKey": False, "metaKey": False, "shiftKey": False, "altKey": False}
    assert js("m.pasteKey(...a)", [{**nothing, **event}, mac]) == expected


def test_a_text_is_cut_between_characters(js: Js) -> None:
    """And put together again is what it was."""
    text = "x" + "😀" * CLIPBOARD_PART_CHARS
    found = js("m.parts(a)", text)
    assert "".join(found) == text
    assert len(found) == 3
    assert all(len(part.encode("utf-16-le")) // 2 <= CLIPBOARD_PART_CHARS for part in found)
    assert js("m.parts('')") == []


def test_the_text_is_there_before_the_key(driver: Copier) -> None:
    """What is pressed meanwhile waits too, in its order."""
    driver.copy_here("zwei\nZeilen 😀")
    driver.page.keyboard.press("Control+v")
    driver.page.keyboard.press("x")
    expected = {"epoch": EPOCH, "number": 1, "text": "zwei\nZeilen 😀", "more": False}
    assert driver.told() == [{"type": "view.clipboard_set", **expected}]
    assert driver.typed() == [(CONTROL, True)]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    assert driver.typed() == [*PRESS_V, (CONTROL, False), (ord("x"), True), (ord("x"), False)]
    driver.page.keyboard.press("Control+v")  # known over there by now
    assert driver.told() == []
    assert driver.typed() == [(CONTROL, True), *PRESS_V, (CONTROL, False)]


def test_a_long_text_goes_in_parts(driver: Copier) -> None:
    """One that is too long does not go at all, and people are told."""
    text = "ü😀\n" * (CLIPBOARD_PART_CHARS // 2)
    driver.copy_here(text)
    driver.page.keyboard.press("Control+v")
    told = driver.told()
    assert "".join(part["text"] for part in told) == text
    assert [part["more"] for part in told] == [True, False]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    driver.typed()
    driver.copy_here("ü" * (MAX_CLIPBOARD_BYTES // 2 + 1))
    driver.page.keyboard.press("Control+v")
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('256 KiB')")
    assert driver.told() == []
    assert driver.typed() == [(CONTROL, True), (CONTROL, False)]


def test_a_refused_text_is_not_pasted(driver: Copier) -> None:
    """The key would paste something else."""
    driver.copy_here("mine")
    driver.page.keyboard.press("Control+v")
    driver.told()
    driver.vb.tell(ClipboardSet(number=1, ok=False))
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('could not be pasted')")
    assert driver.typed() == [(CONTROL, True), (CONTROL, False)]


def test_with_nothing_here_the_key_alone_goes(driver: Copier) -> None:
    """What was copied over there is pasted over there."""
    driver.copy_here("")
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    assert driver.typed() == [(CONTROL, True), *PRESS_V, (CONTROL, False)]


def test_the_button_pastes_too(driver: Copier) -> None:
    """From the menu, with the keys that paste; it is there for the driver alone."""
    driver.copy_here("by button")
    driver.page.click("#menu-button")
    driver.page.click("#paste")
    assert [part["text"] for part in driver.told()] == ["by button"]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    until(driver.page, "document.activeElement.id === 'stage-keys'")
    pressed = [(CONTROL, True), (V, True), (V, False), (CONTROL, False)]
    assert driver.typed() == pressed
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "document.querySelector('#paste').hidden")


def test_a_browser_that_refuses_to_read_says_what_to_do(driver: Copier) -> None:
    """No permission for the page."""
    driver.page.evaluate(
        "() => { navigator.clipboard.readText = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    driver.page.click("#menu-button")
    driver.page.click("#paste")
    until(
        driver.page, "document.querySelector('.toast')?.textContent.includes('does not let this page read')"
    )
    assert driver.typed() == []


def test_what_is_copied_there_is_here(driver: Copier) -> None:
    """Put together from its parts; what comes with another epoch is not for this page."""
    text = "kopiert\n😀" * 3000
    driver.vb.tell(ClipboardText(epoch=EPOCH, text=text[:9000], more=True))
    driver.vb.tell(ClipboardText(epoch=EPOCH, text=text[9000:], goes_on=True))
    driver.page.wait_for_timeout(300)
    assert driver.here() == text
    driver.vb.tell(ClipboardText(epoch=EPOCH - 1, text="old"))
    driver.page.wait_for_timeout(200)
    assert driver.here() == text
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="", too_large=True))
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('256 KiB')")


def test_a_text_that_breaks_off_leaves_nothing(driver: Copier) -> None:
    """Neither before the next one, nor without its beginning, nor more and more of it."""
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="half", more=True))
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="whole"))
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="the end alone", goes_on=True))
    driver.page.wait_for_timeout(300)
    assert driver.here() == "whole"
    part = "x" * CLIPBOARD_PART_CHARS
    for at in range(0, MAX_CLIPBOARD_BYTES + 1, CLIPBOARD_PART_CHARS):
        driver.vb.tell(ClipboardText(epoch=EPOCH, text=part, more=True, goes_on=at > 0))
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="the end", goes_on=True))
    driver.page.wait_for_timeout(300)
    assert driver.here() == "whole"


def test_a_button_copies_where_the_browser_wants_a_click(driver: Copier) -> None:
    """Until then, pasting does not put the older text over the newer one."""
    driver.copy_here("older")
    driver.page.keyboard.press("Control+v")
    driver.told()
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    driver.typed()
    driver.page.evaluate("""() => {
      const write = navigator.clipboard.writeText.bind(navigator.clipboard);
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      window.allow = () => { navigator.clipboard.writeText = write; };
    }""")
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="newer"))
    until(driver.page, "!document.querySelector('#copy-offer').hidden")
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    driver.typed()
    driver.page.evaluate("allow()")
    driver.page.click("#copy-here")
    until(driver.page, "document.querySelector('#copy-offer').hidden")
    assert driver.here() == "newer"


def test_who_does_not_drive_is_left_alone(driver: Copier) -> None:
    """Neither told nor asked."""
    driver.copy_here("mine")
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "document.querySelector('#paste').hidden")
    driver.vb.tell(ClipboardText(epoch=EPOCH + 1, text="Ben's"))
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    assert driver.here() == "mine"
