"""Members point at something on the picture: what the page tells the agent, and what it shows."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.chromium import until
from tests.support.fake_signal import BEN, ME, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from tests.support.picture import at
from vb.protocol import messages
from vb.protocol.view import PeerPointsAt

ARROW = "document.querySelector('.pointer:has(.pointer-arrow)')"


class Watcher:
    """Ana watches; nobody drives."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.vb = vb
        self.signal = signal

    def at(self, x: int, y: int) -> tuple[float, float]:
        return at(self.page, x, y)

    def told(self) -> list[dict[str, Any]]:
        self.page.wait_for_timeout(300)
        return [said for said in self.vb.heard() if said["type"] == "view.point"]

    def turn(self) -> None:
        self.page.click("#menu-button")
        self.page.click("#point")


@pytest.fixture
def watcher(live: Page, vb: FakeVb, signal: FakeSignal) -> Watcher:
    return Watcher(live, vb, signal)


def test_the_button_shows_and_withdraws(watcher: Watcher) -> None:
    """Screen pixels, not outside of the picture, and a click does not take the wheel."""
    watcher.page.mouse.move(*watcher.at(100, 100))
    assert watcher.told() == []
    watcher.turn()
    assert watcher.page.get_attribute("#point", "aria-pressed") == "true"
    watcher.page.mouse.move(*watcher.at(640, 360))
    last = watcher.told()[-1]
    assert abs(last["x"] - 640) <= 1
    assert abs(last["y"] - 360) <= 1
    watcher.page.mouse.click(*watcher.at(640, 360))
    assert watcher.signal.heard("control.take") == []
    x, y = watcher.at(640, 0)
    watcher.told()
    watcher.page.mouse.move(x, y - 10)
    assert watcher.told() == []
    watcher.turn()
    assert watcher.told()[-1] == {"type": "view.point", "x": 0, "y": 0, "shown": False}
    watcher.page.mouse.move(*watcher.at(300, 300))
    assert watcher.told() == []


def test_not_more_than_twenty_a_second(watcher: Watcher) -> None:
    """And the last place is told in the end."""
    watcher.page.keyboard.down("Alt")
    began = watcher.page.evaluate("performance.now()")
    for step in range(60):
        watcher.page.mouse.move(*watcher.at(200 + step, 300))
    took_s = (watcher.page.evaluate("performance.now()") - began) / 1000
    watcher.page.keyboard.up("Alt")
    told = watcher.told()
    assert len(told) <= took_s * 20 + 3
    assert abs(told[-1]["x"] - 259) <= 1


def test_who_drives_has_the_real_one(watcher: Watcher) -> None:
    """And shows no other."""
    control = messages.ControlStatus(state="HELD", epoch=5, holder=ME.id)
    watcher.signal.event(messages.ControlChanged(control=control))
    until(watcher.page, "document.activeElement.id === 'stage-keys'")
    watcher.page.keyboard.down("Alt")
    watcher.page.mouse.move(*watcher.at(640, 360))
    watcher.page.keyboard.up("Alt")
    assert watcher.told() == []


def test_others_are_shown_and_go(watcher: Watcher) -> None:
    """At the pixel, with the name; after 3 s, when told so, and with the person."""
    page = watcher.page
    watcher.vb.tell(PeerPointsAt(peer=BEN.id, x=320, y=200, shown=True))
    until(page, f"{ARROW} && !{ARROW}.hidden")
    page.wait_for_timeout(100)
    box = page.evaluate(f"{ARROW}.getBoundingClientRect().toJSON()")
    assert (box["x"], box["y"]) == pytest.approx(watcher.at(320, 200), abs=1.5)
    assert page.inner_text(".pointer:has(.pointer-arrow) .pointer-name") == "Ben"
    until(page, f"{ARROW}.hidden", 5.0)
    watcher.vb.tell(PeerPointsAt(peer=BEN.id, x=1270, y=200, shown=True))
    until(page, f"!{ARROW}.hidden && {ARROW}.classList.contains('from-right')")
    watcher.vb.tell(PeerPointsAt(peer=BEN.id, x=0, y=0, shown=False))
    until(page, f"{ARROW}.hidden", 1.0)
    watcher.vb.tell(PeerPointsAt(peer=BEN.id, x=10, y=20, shown=True))
    until(page, f"!{ARROW}.hidden")
    watcher.signal.event(messages.PeerLeft(id=BEN.id, seq=0))
    until(page, f"{ARROW} === null", 2.0)


def test_a_smaller_screen_hides_what_was_beyond_it(watcher: Watcher) -> None:
    """It would hang beside the picture until it is told where it is now."""
    watcher.vb.tell(PeerPointsAt(peer=BEN.id, x=1200, y=200, shown=True))
    until(watcher.page, f"{ARROW} && !{ARROW}.hidden")
    watcher.signal.event(messages.BrowserChanged(browser=browser_status("READY", size=(720, 1280))))
    watcher.page.set_viewport_size({"width": 1000, "height": 700})
    until(watcher.page, f"{ARROW}.hidden", 1.0)
