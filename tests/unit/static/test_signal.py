"""The connection to the signal server breaks, heals and ends as the room expects."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from launcher.viewer.opening import open_page
from tests.support.chromium import SITE, until
from tests.support.fake_signal import FakeSignal
from vb.protocol.limits import FINAL_CLOSE_CODES, CloseCode

Enter = Callable[[], Page]


def clients(signal: FakeSignal) -> list[str | None]:
    """The `client` that each connection asked for."""
    queries = [parse_qs(urlsplit(url).query) for url in signal.urls]
    return [query["client"][0] if "client" in query else None for query in queries]


def until_connections(page: Page, signal: FakeSignal, count: int) -> None:
    for _ in range(100):
        if len(signal.urls) >= count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{len(signal.urls)} of {count} connections")


def test_connection_that_breaks_resumes_its_place(enter: Enter, signal: FakeSignal) -> None:
    """After any code that is not final the page comes back as the same client."""
    page = enter()
    signal.close(CloseCode.RESTARTING)
    until_connections(page, signal, 2)
    assert clients(signal) == [None, "p-ana"]
    until(page, "turtus.signal.status.phase === 'open'")


def test_reload_resumes_its_place(enter: Enter, signal: FakeSignal) -> None:
    """The id lives on in the tab while a page is loaded again."""
    page = enter()
    page.reload()
    until_connections(page, signal, 2)
    assert clients(signal)[1] == "p-ana"


def test_copied_tab_is_somebody_else(enter: Enter, signal: FakeSignal) -> None:
    """While a page lives, its tab's storage has no id that a copy could take."""
    page = enter()
    assert page.evaluate("sessionStorage.length") == 0


def test_leaving_gives_the_place_up(enter: Enter, signal: FakeSignal) -> None:
    """Who leaves by the door does not come back as the same client."""
    page = enter()
    page.locator("#leave-room").click()
    page.wait_for_url(f"{SITE}/")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("code", sorted(FINAL_CLOSE_CODES - {CloseCode.BROWSER_ENDED}))
def test_final_code_ends_and_says_why(enter: Enter, signal: FakeSignal, code: CloseCode) -> None:
    """No further try, and a sentence instead of the stage."""
    page = enter()
    signal.close(code)
    expect(page.locator("#closed-title")).not_to_be_empty()
    expect(page.locator("#closed-reason")).to_be_visible()
    expect(page.locator("#chat-input")).to_be_disabled()
    way = page.locator("#closed-way")
    leads = {CloseCode.NO_SESSION: "Sign in", CloseCode.NO_SUCH_ROOM: "Home", CloseCode.NOT_ALLOWED: "Home"}
    expect(way).to_have_text(leads.get(code, "Load the page again"))
    assert way.get_attribute("href") == ("/" if leads.get(code) == "Home" else "")
    page.wait_for_timeout(700)
    assert len(signal.urls) == 1


def test_silence_is_a_break(enter: Enter, signal: FakeSignal) -> None:
    """A connection on which nothing is heard for 2.5 heartbeats is given up."""
    signal.heartbeat_s = 0.2
    page = enter()
    signal.silent = True
    until_connections(page, signal, 2)


def test_heartbeat_keeps_the_connection(enter: Enter, signal: FakeSignal) -> None:
    """Pings are answered, so nothing is given up."""
    signal.heartbeat_s = 0.2
    page = enter()
    page.wait_for_timeout(1200)
    assert len(signal.urls) == 1


def test_long_break_is_told(enter: Enter, signal: FakeSignal) -> None:
    """When the site stays away a strip says so, and goes when it is back."""
    page = enter()
    signal.refuse_with = CloseCode.RESTARTING
    signal.close(CloseCode.RESTARTING)
    expect(page.locator("#connection")).to_be_visible()
    signal.refuse_with = None
    expect(page.locator("#connection")).to_be_hidden(timeout=12_000)


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ({"status": 404}, "This room is gone"),
        ({"status": 302, "headers": {"location": "/login"}}, "You are signed out"),
    ],
)
def test_refused_upgrade_is_explained(chromium: Browser, answer: dict[str, object], title: str) -> None:
    """A refusal before the upgrade has no code: the room's own address says why."""
    context = chromium.new_context()
    page = context.new_page()
    signal = FakeSignal(page)
    signal.refuse_with = 1011
    open_page(page, f"{SITE}/rooms/film-night")
    page.route(f"{SITE}/rooms/film-night", lambda route: route.fulfill(**answer))
    page.route(f"{SITE}/login", lambda route: route.fulfill(status=200))
    expect(page.locator("#closed-title")).to_have_text(title, timeout=10_000)
    context.close()
