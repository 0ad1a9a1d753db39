"""The main job with two people in real browsers on a whole installation."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from launcher.viewer.chromium import chromium
from launcher.viewer.measure import rms
from launcher.viewer.person import Person
from launcher.viewer.room import RoomPage
from tests.support.chromium import until
from tests.support.house import House, docker
from tests.support.probe_site import Probe, probe_site
from tests.support.servers import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.docker]
STATE = "window.turtus.state"
LONG_S = 30.0
"""For what two Chromiums, a Firefox and a whole installation do on two cores that have other work, too."""


@pytest.fixture(scope="module")
def viewer() -> Iterator[Browser]:
    """One Chromium; each person has a profile of their own in it."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def pair(viewer: Browser, house: House) -> Iterator[tuple[Person, Person, str]]:
    """Ana with a room, and Ben."""
    ana, ben = Person(viewer, house.web.url, "ana"), Person(viewer, house.web.url, "ben")
    try:
        ana.register()
        ben.register()
        yield ana, ben, ana.create_room("Film night")
        RoomPage(ana.page).stop_browser()
    finally:
        ana.close()
        ben.close()


@pytest.fixture
def probe() -> Iterator[Probe]:
    with probe_site() as site:
        yield site


def point(page: Page, x: int, y: int) -> tuple[float, float]:
    """Where a pixel of the shared screen (1280x720) is on the page."""
    box = page.locator("#stage-video").bounding_box()
    assert box is not None
    scale = min(box["width"] / 1280, box["height"] / 720)
    left = box["x"] + (box["width"] - 1280 * scale) / 2
    top = box["y"] + (box["height"] - 720 * scale) / 2
    return left + x * scale, top + y * scale


def test_two_people_watch_drive_and_talk(pair: tuple[Person, Person, str], probe: Probe) -> None:
    """Start, see, drive, type, scroll, hand over, chat, reload, stop: what a person can do, with two of them."""
    ana, ben, url = pair
    first, second = ana.enter(url), ben.enter(url)
    first.start_browser(probe.url)
    for room in (first, second):
        room.wait_first_frame(30)
    assert first.counters().video_codec == "video/H264"
    assert (first.counters().width, first.counters().height) == (1280, 720)

    ben.page.click("#take-control")
    until(ana.page, f"{STATE}.control.state === 'HELD'", LONG_S)
    assert "ben" in ana.page.inner_text("#driver")
    wait_for(lambda: probe.seen, "Firefox to open the page", LONG_S)
    ben.page.mouse.click(*point(ben.page, 400, 300))
    wait_for(lambda: probe.seen.get("clicks"), "the click", LONG_S)
    assert probe.seen["clicks"][0][2] == 0
    assert probe.seen["clicks"][0][0] == pytest.approx(400, abs=3)
    ben.page.keyboard.type("Hello, WORLD! äß€ 你好")
    wait_for(
        lambda: probe.seen["text"] == "Hello, WORLD! äß€ 你好", lambda: f"the text, not {probe.seen}", LONG_S
    )
    ben.page.mouse.move(*point(ben.page, 640, 600))
    ben.page.mouse.wheel(0, 600)
    wait_for(lambda: probe.seen["scrolled"] > 0, "the scrolling", LONG_S)

    ana.page.mouse.click(*point(ana.page, 100, 300))
    ana.page.keyboard.type("not me")
    ben.page.click("#release-control")
    until(ana.page, f"{STATE}.control.state === 'FREE'", LONG_S)
    ana.page.click("#take-control")
    until(ben.page, f"{STATE}.control.state === 'HELD'", LONG_S)
    assert "ana" in ben.page.inner_text("#driver")
    ana.page.mouse.click(*point(ana.page, 400, 300))
    ana.page.keyboard.press("End")
    ana.page.keyboard.type("!")
    wait_for(lambda: probe.seen["text"].endswith("你好!"), "the other driver's key", LONG_S)
    assert "not me" not in probe.seen["text"]

    ana.page.fill("#chat-input", "you have to see this <b>")
    ana.page.press("#chat-input", "Enter")
    said = "document.querySelector('#chat-log').innerText.includes('you have to see this <b>')"
    until(ben.page, said)
    ben.page.reload()
    second.wait_inside()
    until(ben.page, said, LONG_S)
    second.wait_first_frame(30)


def hears(room: RoomPage) -> bool:
    return rms(room.sound(1.5)) > 0.01


def test_both_hear_the_same_and_a_new_start_works(pair: tuple[Person, Person, str]) -> None:
    """Sound and moving pictures reach both; after Stop, by name, another browser can be started."""
    ana, ben, url = pair
    first, second = ana.enter(url), ben.enter(url)
    first.start_browser("turtus:motion")
    for room in (first, second):
        room.wait_first_frame(30)
        wait_for(partial(hears, room), "the sound", LONG_S)
        assert room.picture().colours > 3
    before = second.counters()
    second.wait(2)
    assert second.counters().frames > before.frames
    first.stop_browser()
    until(ben.page, f"{STATE}.browser.state === 'STOPPED'", LONG_S)
    assert "ana" in ben.page.inner_text("#stage")
    second.start_browser("turtus:still")
    until(ana.page, f"{STATE}.browser.state === 'READY'", 30)


HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_one_chooses_less_and_the_other_looks_away(pair: tuple[Person, Person, str]) -> None:
    """By hand to less, to sound alone and back; a hidden page gets no frames, and soon some again."""
    ana, ben, url = pair
    first, second = ana.enter(url), ben.enter(url)
    first.start_browser("turtus:motion")
    for room in (first, second):
        room.wait_first_frame(30)
        room.choose_best()
    first.wait(1)
    best = first.counters()
    ana.page.select_option("#quality", "low")
    until(ana.page, f"document.querySelector('video').videoHeight < {best.height}", LONG_S)
    assert second.counters().height == best.height
    ana.page.select_option("#quality", "sound")
    until(ana.page, "document.querySelector('#stage').dataset.face === 'sound'", LONG_S)
    first.wait(1)
    still = first.counters()
    assert rms(first.sound(1.0)) > 0.01
    assert first.counters().frames == still.frames
    ana.page.click("#show-picture")
    until(ana.page, "document.querySelector('#stage').dataset.face === 'live'", LONG_S)

    ben.page.evaluate(HIDE, True)
    second.wait(3.5)
    hidden = second.counters()
    assert rms(second.sound(1.0)) > 0.01
    assert second.counters().frames == hidden.frames
    ben.page.evaluate(HIDE, False)
    until(ben.page, "document.querySelector('#stage').dataset.face === 'live'", 10)
    second.wait(1)
    assert second.counters().frames > hidden.frames
    assert not any(name == "stage-lost" for name, _ in ben.page.evaluate("turtus.events"))


def test_last_viewer_leaves_and_the_browser_ends(viewer: Browser, hasty: House) -> None:
    """A timeout after the last one has closed the page the container is gone; the room says so."""
    ana = Person(viewer, hasty.web.url, "ana")
    ana.register()
    url = ana.create_room("Short")
    room = ana.enter(url)
    room.start_browser("turtus:still")
    room.wait_first_frame(30)
    room.wait(6)
    assert room.browser_state() == "READY"
    container = f"name=turtus-vb-{ana.page.evaluate('turtus.state.browser.id')}"
    room.leave()
    wait_for(lambda: not docker("ps", "-aq", "--filter", container).strip(), "the container to go", 60)
    room = ana.enter(url)
    assert room.browser_state() == "STOPPED"
    assert "Nobody was watching" in ana.page.inner_text("#stage")
    ana.close()
