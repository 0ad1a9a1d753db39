"""The screen's size and the kind of browser, chosen by people on a whole installation."""

import pytest
from playwright.sync_api import Page

from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person
from launcher.viewer.room import RoomPage
from tests.support.chromium import until
from tests.support.house import House
from tests.support.probe_site import probe_site
from tests.support.servers import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.docker]
BROWSER = "window.turtus.state.browser"


def on_page(page: Page, x: int, y: int, width: int, height: int) -> tuple[float, float]:
    """Where a pixel of a shared screen of that size is on the page."""
    box = page.locator("#stage-video").bounding_box()
    assert box is not None
    scale = min(box["width"] / width, box["height"] / height)
    left = box["x"] + (box["width"] - width * scale) / 2
    top = box["y"] + (box["height"] - height * scale) / 2
    return left + x * scale, top + y * scale


@pytest.mark.parametrize("kind", ["firefox", "chromium"])
def test_the_driver_turns_the_screen_upright_for_everybody(house: House, kind: str) -> None:
    """Both pictures follow without a new connection, a click lands right, a member without the wheel is not asked."""
    with chromium() as browser, probe_site() as probe:
        ana, ben = (
            Person(browser, house.web.url, f"ana-{kind}"),
            Person(browser, house.web.url, f"ben-{kind}"),
        )
        ana.register()
        ben.register()
        url = ana.create_room("Film night")
        first, second = ana.enter(url), ben.enter(url)
        ana.page.get_by_role("radio", name=kind.capitalize()).check()
        first.start_browser(probe.url)
        for room in (first, second):
            room.wait_first_frame(40)
            room.choose_best()
        until(ben.page, f"{BROWSER}.kind === '{kind}'")
        wait_for(lambda: probe.seen, "the page to open", 30)
        for person in (ana, ben):
            person.page.evaluate("() => { window.before = turtus.peer; }")
        ben.page.click("#menu-button")
        assert ben.page.locator("#screen-size").is_hidden()
        ben.page.keyboard.press("Escape")
        ben.page.click("#take-control")
        until(ben.page, "!document.querySelector('#release-control').hidden")
        ben.page.click("#menu-button")
        ben.page.get_by_role("button", name="Upright").click()
        for person in (ana, ben):
            until(person.page, f"{BROWSER}.width === 720 && {BROWSER}.height === 1280")
            until(person.page, "document.querySelector('#stage-video').videoWidth === 720")
            assert person.page.evaluate("() => window.before === turtus.peer"), "a new connection was made"
        wait_for(lambda: probe.seen.get("width") == 720, "the page's own new size")
        ben.page.mouse.click(*on_page(ben.page, 600, 900, 720, 1280))
        wait_for(lambda: probe.seen.get("clicks"), "the click")
        assert probe.seen["clicks"][0][0] == pytest.approx(600, abs=4)
        RoomPage(ana.page).stop_browser()
