"""Copying and pasting between the driver's own clipboard and the shared one, with the browser's real clipboard."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.chromium import SITE, until
from tests.support.driver import hold
from tests.support.fake_signal import BEN, ME, FakeSignal
from tests.support.fake_vb import FakeVb
from tests.unit.static.conftest import Js
from vb.protocol.input import Key
from vb.protocol.limits import CLIPBOARD_PART_CHARS, MAX_CLIPBOARD_BYTES
from vb.protocol.view import ClipboardSet, ClipboardText

EPOCH = 7
CONTROL, V = 0xFFE3, ord("v")
PRESS_V = [(V, True), (V, False)]


class Driver:
    """Ana drives; what the agent hears of it."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.vb = vb
        self.signal = signal

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

    def keys(self) -> list[tuple[int, bool]]:
        self.page.wait_for_timeout(250)
        return [(frame.keysym, frame.down) for frame in self.vb.frames() if isinstance(frame, Key)]


@pytest.fixture
def driver(live: Page, vb: FakeVb, signal: FakeSignal) -> Driver:
    live.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=SITE)
    driver = Driver(live, vb, signal)
    hold(signal, ME.id, EPOCH)
    until(live, "document.activeElement.id === 'stage-keys'")
    driver.keys()
    return driver


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


def test_the_text_is_there_before_the_key(driver: Driver) -> None:
    """What is pressed meanwhile waits too, in its order."""
    driver.copy_here("zwei\nZeilen 😀")
    driver.page.keyboard.press("Control+v")
    driver.page.keyboard.press("x")
    expected = {"epoch": EPOCH, "number": 1, "text": "zwei\nZeilen 😀", "more": False}
    assert driver.told() == [{"type": "view.clipboard_set", **expected}]
    assert driver.keys() == [(CONTROL, True)]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    assert driver.keys() == [*PRESS_V, (CONTROL, False), (ord("x"), True), (ord("x"), False)]
    driver.page.keyboard.press("Control+v")  # known over there by now
    assert driver.told() == []
    assert driver.keys() == [(CONTROL, True), *PRESS_V, (CONTROL, False)]


def test_a_long_text_goes_in_parts(driver: Driver) -> None:
    """One that is too long does not go at all, and people are told."""
    text = "ü😀\n" * (CLIPBOARD_PART_CHARS // 2)
    driver.copy_here(text)
    driver.page.keyboard.press("Control+v")
    told = driver.told()
    assert "".join(part["text"] for part in told) == text
    assert [part["more"] for part in told] == [True, False]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    driver.keys()
    driver.copy_here("ü" * (MAX_CLIPBOARD_BYTES // 2 + 1))
    driver.page.keyboard.press("Control+v")
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('256 KiB')")
    assert driver.told() == []
    assert driver.keys() == [(CONTROL, True), (CONTROL, False)]


def test_a_refused_text_is_not_pasted(driver: Driver) -> None:
    """The key would paste something else."""
    driver.copy_here("mine")
    driver.page.keyboard.press("Control+v")
    driver.told()
    driver.vb.tell(ClipboardSet(number=1, ok=False))
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('could not be pasted')")
    assert driver.keys() == [(CONTROL, True), (CONTROL, False)]


def test_with_nothing_here_the_key_alone_goes(driver: Driver) -> None:
    """What was copied over there is pasted over there."""
    driver.copy_here("")
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    assert driver.keys() == [(CONTROL, True), *PRESS_V, (CONTROL, False)]


def test_the_button_pastes_too(driver: Driver) -> None:
    """From the menu, with the keys that paste; it is there for the driver alone."""
    driver.copy_here("by button")
    driver.page.click("#menu-button")
    driver.page.click("#paste")
    assert [part["text"] for part in driver.told()] == ["by button"]
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    until(driver.page, "document.activeElement.id === 'stage-keys'")
    pressed = [(CONTROL, True), (V, True), (V, False), (CONTROL, False)]
    assert driver.keys() == pressed
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "document.querySelector('#paste').hidden")


def test_a_browser_that_refuses_to_read_says_what_to_do(driver: Driver) -> None:
    """No permission for the page."""
    driver.page.evaluate(
        "() => { navigator.clipboard.readText = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    driver.page.click("#menu-button")
    driver.page.click("#paste")
    until(
        driver.page, "document.querySelector('.toast')?.textContent.includes('does not let this page read')"
    )
    assert driver.keys() == []


def test_what_is_copied_there_is_here(driver: Driver) -> None:
    """Put together from its parts; what comes with another epoch is not for this page."""
    text = "kopiert\n😀" * 3000
    driver.vb.tell(ClipboardText(epoch=EPOCH, text=text[:9000], more=True))
    driver.vb.tell(ClipboardText(epoch=EPOCH, text=text[9000:]))
    driver.page.wait_for_timeout(300)
    assert driver.here() == text
    driver.vb.tell(ClipboardText(epoch=EPOCH - 1, text="old"))
    driver.page.wait_for_timeout(200)
    assert driver.here() == text
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="", too_large=True))
    until(driver.page, "document.querySelector('.toast')?.textContent.includes('256 KiB')")


def test_a_button_copies_where_the_browser_wants_a_click(driver: Driver) -> None:
    """Until then, pasting does not put the older text over the newer one."""
    driver.copy_here("older")
    driver.page.keyboard.press("Control+v")
    driver.told()
    driver.vb.tell(ClipboardSet(number=1, ok=True))
    driver.keys()
    driver.page.evaluate("""() => {
      const write = navigator.clipboard.writeText.bind(navigator.clipboard);
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      window.allow = () => { navigator.clipboard.writeText = write; };
    }""")
    driver.vb.tell(ClipboardText(epoch=EPOCH, text="newer"))
    until(driver.page, "!document.querySelector('#copy-offer').hidden")
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    driver.keys()
    driver.page.evaluate("allow()")
    driver.page.click("#copy-here")
    until(driver.page, "document.querySelector('#copy-offer').hidden")
    assert driver.here() == "newer"


def test_who_does_not_drive_is_left_alone(driver: Driver) -> None:
    """Neither told nor asked."""
    driver.copy_here("mine")
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "document.querySelector('#paste').hidden")
    driver.vb.tell(ClipboardText(epoch=EPOCH + 1, text="Ben's"))
    driver.page.keyboard.press("Control+v")
    assert driver.told() == []
    assert driver.here() == "mine"
