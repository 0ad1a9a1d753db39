"""Modules of the page, run where they live: in a browser, without a network."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError

from launcher.viewer.opening import open_page
from tests.support.chromium import LOCAL_MEDIA, SHELL, SITE, is_wrong, only, running, until
from tests.support.driver import MARKING, Driver, hold
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from tests.support.local_site import local_site
from tests.support.sample_site import make_site

Js = Callable[..., Any]
ROOM = f"{SITE}/rooms/film-night"
LIVE = "document.querySelector('#stage').dataset.face === 'live'"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of the pages."""
    with (
        local_site(make_site()) as site,
        running(*LOCAL_MEDIA, *only(site), executable=SHELL) as browser,
    ):
        yield browser


@pytest.fixture(scope="package")
def blank(chromium: Browser) -> Iterator[Page]:
    """A page of the site that runs none of its modules by itself, for pure functions."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    open_page(page, f"{SITE}/login?as=nobody")
    yield page
    context.close()


@pytest.fixture
def js(blank: Page, request: pytest.FixtureRequest) -> Js:
    """Call ``js("expression", argument)``: the exports of the module under test are ``m``, the argument is ``a``.

    The module is the one that the test file is named after: test_stage_view.py -> stage-view.js.
    """
    name = request.path.stem.removeprefix("test_").replace("_", "-")

    def call(expression: str, argument: Any = None) -> Any:
        script = f"async (a) => {{ const m = await import('/static/js/{name}.js'); return ({expression}); }}"
        return blank.evaluate(script, argument)

    return call


def _context(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")


class House:
    """Where one visitor comes after the other: what is kept of the site's own files stays, and nothing else.

    A page that is never left keeps alive the process in which all pages of the site run.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._keeper = context.new_page()
        self._keeper.goto(f"{SITE}/login?as=nobody")
        self._session = context.new_cdp_session(self._keeper)

    def forget(self) -> None:
        """Close the visitor's pages; what they kept and were allowed is gone."""
        for page in self.context.pages:
            if page is not self._keeper:
                page.close()
        self._session.send("Storage.clearDataForOrigin", {"origin": SITE, "storageTypes": "all"})
        self.context.clear_cookies()
        self.context.clear_permissions()


@pytest.fixture(scope="package")
def house(chromium: Browser) -> Iterator[House]:
    """The house of all visitors who need none of their own."""
    context = _context(chromium)
    yield House(context)
    context.close()


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh visitor. An error in a page fails the test."""
    own = "clock" in request.fixturenames  # which cannot be taken out again
    house: House | None = None if own else request.getfixturevalue("house")
    context = house.context if house else _context(chromium)
    errors: list[str] = []

    def broken(error: WebError) -> None:
        errors.append(str(error.error))

    def said(message: ConsoleMessage) -> None:
        if is_wrong(message):
            errors.append(message.text)

    context.on("weberror", broken)
    context.on("console", said)
    yield context
    if house:
        house.forget()
        context.remove_listener("weberror", broken)
        context.remove_listener("console", said)
    else:
        context.close()
    assert errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that has not been anywhere."""
    return context.new_page()


@pytest.fixture
def signal(page: Page) -> FakeSignal:
    """The signal server of ``page``, which has not connected yet."""
    return FakeSignal(page)


@pytest.fixture
def enter(page: Page, signal: FakeSignal) -> Callable[[], Page]:
    """Open the room and wait until the page knows it; ``signal`` may be prepared before."""

    def go() -> Page:
        open_page(page, ROOM)
        until(page, "window.turtus && (turtus.state.me || turtus.signal.status.phase === 'closed')")
        return page

    return go


@pytest.fixture(scope="package")
def far(chromium: Browser) -> Iterator[Page]:
    """The page in which each ``vb`` lives, on a machine of its own."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def vb(far: Page, signal: FakeSignal) -> FakeVb:
    """A vb that is ready in the room that is entered next; Ben is there too."""
    signal.peers = [ME, BEN, VB]
    signal.browser = browser_status("READY")
    return FakeVb(far, signal)


@pytest.fixture
def live(page: Page, vb: FakeVb) -> Page:
    """The room with ``vb``'s picture, which came as soon as the page had asked for it."""
    open_page(page, ROOM)
    vb.until(page, f"window.turtus?.state.me && {LIVE}")
    return page


@pytest.fixture
def clock(page: Page) -> None:
    """The page's time passes only when the test says so."""
    page.clock.install()


@pytest.fixture
def _marking(page: Page) -> None:
    page.add_init_script(MARKING)


@pytest.fixture
def driver(_marking: None, live: Page, vb: FakeVb, signal: FakeSignal) -> Driver:
    """Somebody in the room who has just been given control."""
    hold(signal, ME.id)
    until(live, "document.activeElement.id === 'stage-keys'")
    driver = Driver(live, vb, signal)
    driver.frames()
    return driver
