"""A person whose own browser is Firefox, beside one with Chromium, on a whole installation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person
from tests.support.firefox import FirefoxPage, firefox
from tests.support.house import House
from tests.support.people import PASSWORD
from tests.support.probe_site import probe_site
from tests.support.servers import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.docker]
STATE = "window.turtus.state"
CODECS = """turtus.peer.getStats().then((all) => [...all.values()].filter((one) => one.type === 'codec')
    .map((one) => one.mimeType))"""
FRAMES = """turtus.peer.getStats().then((all) => [...all.values()]
    .find((one) => one.type === 'inbound-rtp' && one.kind === 'video').framesDecoded)"""


@pytest.fixture
def cy(house: House, tmp_path: Path) -> Iterator[FirefoxPage]:
    """Somebody with Firefox who has registered through the page."""
    with firefox(tmp_path / "profile") as page:
        page.size(1300, 900)
        page.goto(f"{house.web.url}/register")
        for name, value in (("username", "cy-firefox"), ("password", PASSWORD)):
            page.click_on(f"input[name={name}]")
            page.type(value)
        page.click_on("main form button[type=submit]")
        page.until("location.pathname === '/'")
        yield page


def test_firefox_sees_hears_and_drives(house: House, cy: FirefoxPage) -> None:
    """The picture in a codec that it can decode, the sound after a click, and its keys arrive."""
    with chromium() as browser, probe_site() as probe:
        ana = Person(browser, house.web.url, "ana")
        ana.register()
        url = ana.create_room("Two kinds of browsers")
        room = ana.enter(url)
        room.start_browser(probe.url)
        room.wait_first_frame(30)
        cy.goto(url)
        cy.until("window.turtus?.events.some(([name]) => name === 'first-frame')", 60)
        assert cy.evaluate("document.querySelector('#stage').dataset.face") == "live"
        shown = cy.evaluate(
            "[document.querySelector('video').videoWidth, document.querySelector('video').videoHeight]"
        )
        assert shown == [1280, 720]
        assert set(cy.evaluate(CODECS)) & {"video/VP8", "video/H264"}

        cy.click_on("#take-control")
        cy.until(f"{STATE}.control.state === 'HELD'", 30)
        wait_for(lambda: probe.seen, "the shared Firefox to open the page", 30)
        cy.click_on("#stage-video")
        before = cy.evaluate(FRAMES)
        cy.type("Hello from Firefox, äß€!")
        wait_for(
            lambda: probe.seen["text"] == "Hello from Firefox, äß€!",
            lambda: f"the text, not {probe.seen}",
            30,
        )
        cy.until(f"{FRAMES}.then((frames) => frames > {before})", 30)
        assert not cy.evaluate("document.querySelector('video').muted")
        assert room.counters().video_codec == "video/H264"
        room.stop_browser()
        cy.until("document.querySelector('#stage').dataset.face === 'ended'", 30)
