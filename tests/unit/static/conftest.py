"""Modules of the page, run where they live: in a browser, without a network."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import LOCAL_MEDIA, SITE, running, serve, until
from tests.support.driver import Driver, hold
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from tests.support.sample_site import make_site

Js = Callable[..., Any]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of the pages."""
    with running(*LOCAL_MEDIA) as browser:
        yield browser


@pytest.fixture(scope="package")
def blank(chromium: Browser) -> Iterator[Page]:
    """A page of the site that runs none of its modules by itself, for pure functions."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    serve(context, make_site())
    page = context.new_page()
    page.goto(f"{SITE}/login?as=nobody")
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


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor. An error in a page fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    serve(context, make_site())
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield context
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
        page.goto(f"{SITE}/rooms/film-night")
        until(page, "window.turtus && (turtus.state.me || turtus.signal.status.phase === 'closed')")
        return page

    return go


@pytest.fixture
def driver(enter: Callable[[], Page], page: Page, signal: FakeSignal) -> Driver:
    """Somebody in the room who has just been given control."""
    signal.peers = [ME, BEN, VB]
    signal.browser = browser_status("READY")
    vb = FakeVb(page.context.new_page(), signal)
    page.bring_to_front()
    enter()
    vb.offer()
    vb.until(page, "document.querySelector('#stage').dataset.face === 'live'")
    hold(signal, ME.id)
    until(page, "document.activeElement.id === 'stage-keys'")
    driver = Driver(page, vb, signal)
    driver.frames()
    return driver
