"""The picture before the rest of the page: with room.js held back."""

import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from launcher.viewer.opening import open_page
from tests.support.chromium import SITE, until
from tests.support.fake_signal import BEN, ME, FakeSignal
from tests.support.fake_vb import FakeVb
from vb.protocol import messages
from vb.protocol.limits import CloseCode
from vb.protocol.view import PointerAt

FACE = "document.querySelector('#stage').dataset.face"


class Held:
    """A page of the room whose room.js does not come before it is let."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._routes: list[Route] = []
        page.route("**/js/room.js", lambda route: self._routes.append(route))
        page.goto(f"{SITE}/rooms/film-night", wait_until="commit")

    def let(self) -> None:
        self.page.unroute("**/js/room.js")
        for route in self._routes:
            route.fallback()
        until(self.page, "window.turtus")


def wait_connected(page: Page, signal: FakeSignal, times: int = 1) -> None:
    deadline = time.monotonic() + 10.0
    while len(signal.urls) < times:
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def test_picture_does_not_wait_for_the_page(page: Page, signal: FakeSignal, vb: FakeVb) -> None:
    """It is seen, and the page that comes later goes on with the same connections, and hears what was said."""
    held = Held(page)
    wait_connected(page, signal)
    vb.offer()
    vb.until(page, f"{FACE} === 'live'")
    expect(page.locator("#stage .face:visible")).to_have_count(0)
    assert page.evaluate("window.turtus === undefined")
    vb.tell(PointerAt(x=640, y=360))
    held.let()
    vb.until(page, f"turtus.state.me && {FACE} === 'live'")
    assert page.evaluate("turtus.peer.connectionState") == "connected"
    assert [name for name, _ in page.evaluate("turtus.events")].count("first-frame") == 1
    first, known = page.evaluate(
        "['first-frame', 'browser-READY'].map((name) => turtus.events.find(([each]) => each === name)[1])"
    )
    assert first < known
    assert page.evaluate("turtus.peer.getReceivers().every((receiver) => receiver.jitterBufferTarget === 0)")
    assert (vb.sessions, len(signal.urls)) == (1, 1)
    assert len(signal.heard("request.stream")) == 1


def test_page_that_is_sent_away_at_once_says_so(page: Page, signal: FakeSignal) -> None:
    """The close that came before anybody read is not lost."""
    signal.refuse_with = CloseCode.NO_SUCH_ROOM
    held = Held(page)
    wait_connected(page, signal)
    page.wait_for_timeout(100)
    held.let()
    expect(page.get_by_role("heading", name="This room is gone")).to_be_visible()


def test_offer_of_a_member_is_not_answered(page: Page, signal: FakeSignal, vb: FakeVb) -> None:
    """Here neither."""
    held = Held(page)
    wait_connected(page, signal)
    signal.send(messages.Offer(to=ME.id, sender=BEN, session="s9", sdp="v=0"))
    page.wait_for_timeout(200)
    assert not signal.heard("answer")
    vb.offer()
    vb.until(page, f"{FACE} === 'live'")
    held.let()
    vb.until(page, f"turtus.peer && {FACE} === 'live'")
    assert vb.sessions == 1


def test_reload_before_the_page_has_come_keeps_the_place(page: Page, signal: FakeSignal, vb: FakeVb) -> None:
    """As one after that does: who drove drives on."""
    Held(page)
    wait_connected(page, signal)
    vb.offer()
    vb.until(page, f"{FACE} === 'live'")
    page.reload(wait_until="commit")
    wait_connected(page, signal, times=2)
    assert [f"client={ME.id}" in url for url in signal.urls] == [False, True]


@pytest.mark.parametrize("failures", [2, 4])
def test_page_that_does_not_come_is_asked_for_again(chromium: Browser, failures: int) -> None:
    """A few times; then the page says so, and how to go on."""
    context = chromium.new_context()  # of its own: what does not come is an error in its console
    page = context.new_page()
    page.clock.install()
    FakeSignal(page)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= failures:
            route.abort()
        else:
            route.fallback()

    page.route("**/js/room.js", answer)
    open_page(page, f"{SITE}/rooms/film-night")
    deadline = time.monotonic() + 20.0
    while len(asked) < min(failures + 1, 4) or page.locator(".toast").count() != (failures == 4):
        assert time.monotonic() < deadline
        page.clock.run_for(500)
    if failures == 4:
        expect(page.get_by_role("alert").get_by_role("link", name="Load the page again")).to_be_visible()
        assert page.evaluate("window.turtus === undefined")
    else:
        until(page, "window.turtus")
    context.close()
