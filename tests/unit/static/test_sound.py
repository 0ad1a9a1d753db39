"""How loud it is, for one person in one room."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from launcher.viewer.opening import open_page
from tests.support.chromium import SITE, until
from tests.support.fake_signal import FakeSignal

Enter = Callable[[], Page]


def test_volume_is_kept_and_muting_returns_to_it(enter: Enter, signal: FakeSignal) -> None:
    """For this room, on this device; both are there again after a reload."""
    page = enter()
    page.locator("#volume").fill("30")
    page.locator("#mute").click()
    expect(page.locator("#mute")).to_have_attribute("aria-label", "Sound on")
    page.reload()
    expect(page.locator("#mute")).to_have_attribute("aria-label", "Sound on")
    page.locator("#mute").click()
    expect(page.locator("#volume")).to_have_value("30")
    page.reload()
    expect(page.locator("#volume")).to_have_value("30")
    expect(page.locator("#mute")).to_have_attribute("aria-label", "Sound off")


def test_another_room_is_as_loud_as_it_was_left(enter: Enter, signal: FakeSignal, page: Page) -> None:
    """One quiet room does not make the next one quiet."""
    enter()
    page.locator("#volume").fill("10")
    open_page(page, f"{SITE}/rooms/chess")
    until(page, "window.turtus?.state.me")
    expect(page.locator("#volume")).to_have_value("100")


def test_mute_of_a_page_that_may_not_play_is_not_kept(enter: Enter, signal: FakeSignal) -> None:
    """The browser's own rule is not this person's wish."""
    page = enter()
    page.evaluate("document.querySelector('video').muted = true")
    expect(page.locator("#mute")).to_have_attribute("aria-label", "Sound on")
    page.reload()
    expect(page.locator("#mute")).to_have_attribute("aria-label", "Sound off")
