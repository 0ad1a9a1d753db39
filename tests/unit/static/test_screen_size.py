"""The sizes of the shared screen in the menu."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.fake_signal import FakeSignal, browser_status
from tests.unit.static.conftest import Js
from vb.protocol import messages

Enter = Callable[[], Page]


@pytest.mark.parametrize(
    ("state", "may", "shown"), [("READY", True, True), ("READY", False, False), ("STARTING", True, False)]
)
def test_it_is_for_those_who_may_while_there_is_a_screen(js: Js, state: str, may: bool, shown: bool) -> None:
    """And tells which size is the present one."""
    found = js("m.sizeView(a)", {"browser": {"state": state, "width": 854, "height": 480}, "may": may})
    assert found["shown"] is shown
    assert [choice["name"] for choice in found["choices"] if choice["now"]] == ["480p"]
    assert [choice["label"] for choice in found["choices"]] == ["1080p", "720p", "480p", "Upright"]


def test_it_asks_the_site_and_follows_what_the_room_is_told(enter: Enter, signal: FakeSignal) -> None:
    """The pressed size is the one that the screen has, not the one that was asked for."""
    signal.me = messages.Peer(id="p-ana", name="Ana", role="owner", client_type="person", user_id="u1")
    signal.peers = [signal.me]
    signal.browser = browser_status("READY")
    page = enter()
    page.locator("#menu-button").click()
    page.get_by_role("button", name="Upright").click()
    page.wait_for_timeout(100)
    assert [message["size"] for message in signal.heard("browser.resize")] == ["portrait"]
    page.locator("#menu-button").click()
    group = page.get_by_role("group", name="Screen size")
    expect(group.locator("[aria-pressed=true]")).to_have_text("720p")
    signal.event(messages.BrowserChanged(browser=browser_status("READY", size=(720, 1280))))
    expect(group.locator("[aria-pressed=true]")).to_have_text("Upright")


def test_a_member_has_it_with_the_wheel(enter: Enter, signal: FakeSignal) -> None:
    """And loses it with the wheel."""
    signal.me = messages.Peer(id="p-ana", name="Ana", role="member", client_type="person", user_id="u1")
    signal.peers = [signal.me]
    signal.browser = browser_status("READY")
    page = enter()
    page.locator("#menu-button").click()
    expect(page.locator("#screen-size")).to_be_hidden()
    for epoch, holder in ((7, "p-ana"), (8, None)):
        state = "HELD" if holder else "FREE"
        control = messages.ControlStatus(state=state, epoch=epoch, holder=holder)  # type: ignore[arg-type]
        signal.event(messages.ControlChanged(control=control))
        expect(page.locator("#screen-size")).to_be_visible(visible=holder is not None)
