"""The small things around the stage."""

from playwright.sync_api import Page, expect

from launcher.viewer.opening import open_page
from tests.support.chromium import SITE, until
from tests.support.fake_signal import FakeSignal


def test_what_the_site_had_to_say_passes(page: Page, signal: FakeSignal) -> None:
    """It would lie over the picture for the whole evening."""
    open_page(page, f"{SITE}/rooms/film-night?flash=1")
    until(page, "window.turtus?.state.me")
    expect(page.locator(".flash")).to_have_count(2)
    expect(page.locator(".flash")).to_have_count(0, timeout=10_000)
