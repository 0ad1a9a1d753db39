"""Every page, in every size and light, without what keeps people out.

The pages are the real templates, styles and scripts with made-up contexts (tests/support/sample_site.py).
With ``TURTUS_TEST_SHOTS=<directory>`` a picture of each is left there to be looked at.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from launcher.viewer.opening import open_page
from tests.support.chromium import LOCAL_MEDIA, SHELL, SITE, noting, only, running, until
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status, now_ms
from tests.support.fake_vb import FakeVb
from tests.support.local_site import local_site
from tests.support.sample_site import make_site
from vb.protocol import messages
from vb.protocol.view import TierNow

AUDIT = (Path(__file__).parents[1] / "support" / "audit.js").read_text(encoding="utf-8").partition("\n")[2]
SIZES = {"phone": (390, 844), "side": (844, 390), "tablet": (820, 1180), "desktop": (1440, 900)}
PAGES = {
    "welcome": "/?as=nobody",
    "home": "/?flash=1",
    "home-empty": "/?empty=1&wrong=1",
    "register": "/register?as=nobody&invited=Film+night",
    "register-wrong": "/register?as=nobody&wrong=1",
    "login": "/login?as=nobody",
    "account": "/account?wrong=1",
    "rooms": "/rooms?q=film",
    "rooms-empty": "/rooms?q=xyz&empty=1",
    "edit": "/rooms/film-night/edit?wrong=1",
    "error": "/error/404",
}
FACES: dict[str, messages.BrowserStatus | None] = {
    "idle": None,
    "starting": browser_status("STARTING"),
    "stopping": browser_status("STOPPING"),
    "ended": browser_status("STOPPED", message="Nobody was watching, so the browser was switched off."),
    "failed": browser_status(
        "FAILED", reason="start_timeout", message="The browser did not get ready in time."
    ),
}
OPEN = Callable[[str, str], BrowserContext]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with (
        local_site(make_site()) as site,
        running(*LOCAL_MEDIA, *only(site), executable=SHELL) as browser,
    ):
        yield browser


@pytest.fixture
def visit(chromium: Browser) -> Iterator[OPEN]:
    """A visitor with a screen of this size, in this light. An error in a page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def new(size: str, scheme: str) -> BrowserContext:
        width, height = SIZES[size]
        touch = size != "desktop"
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            has_touch=touch,
            is_mobile=touch,
        )
        noting(context, errors)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert [text for text in errors if "status of 404" not in text] == []


def look(page: Page, name: str) -> None:
    """Audit the page when nothing moves any more; leave a picture where one is wanted."""
    page.evaluate(
        "Promise.all(document.getAnimations().filter((a) => a.playState === 'running' &&"
        " a instanceof CSSTransition).map((a) => a.finished))"
    )
    found = page.evaluate(AUDIT)
    viewport = page.viewport_size
    assert viewport is not None
    if page.evaluate("document.scrollingElement.scrollWidth") > viewport["width"]:
        found.append("wider than the screen")  # a phone's own width grows with it
    if directory := os.environ.get("TURTUS_TEST_SHOTS"):
        page.screenshot(path=str(Path(directory) / f"{name}.png"), full_page=True, caret="initial")
    assert found == [], f"{name}: {found}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_pages_outside_a_room(visit: OPEN, size: str, scheme: str) -> None:
    """Home, forms with and without errors, lists, settings and errors."""
    page = visit(size, scheme).new_page()
    for name, path in PAGES.items():
        open_page(page, SITE + path)
        look(page, f"{name}-{size}-{scheme}")


@pytest.mark.parametrize("size", list(SIZES))
def test_room_without_a_picture(visit: OPEN, size: str) -> None:
    """Each face of the stage that has no picture, with a conversation beside it."""
    context = visit(size, "light")
    for name, browser in FACES.items():
        page = context.new_page()
        signal = FakeSignal(page)
        signal.peers, signal.browser, signal.lines = [ME, BEN], browser, conversation()
        open_page(page, f"{SITE}/rooms/film-night")
        until(page, "window.turtus?.state.me")
        look(page, f"room-{name}-{size}")
        page.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_room_with_a_picture(visit: OPEN, size: str) -> None:
    """Free, driven by somebody else, by me while somebody asks, with people in view, and interrupted."""
    context = visit(size, "dark")
    page = context.new_page()
    signal = FakeSignal(page)
    signal.peers, signal.browser, signal.lines = [ME, BEN, VB], browser_status("READY"), conversation()
    vb = FakeVb(context.new_page(), signal)
    page.bring_to_front()
    open_page(page, f"{SITE}/rooms/film-night")
    vb.until(page, "window.turtus?.state.me")
    vb.offer()
    vb.until(page, "document.querySelector('#stage').dataset.face === 'live'", timeout_s=20)
    look(page, f"live-free-{size}")
    give(signal, "HELD", 5, BEN.id)
    expect(page.locator("#driver")).to_have_text("Ben drives")
    look(page, f"live-other-{size}")
    give(signal, "REQUESTED", 6, ME.id, [BEN.id])
    expect(page.locator("#asking")).to_be_visible()
    if size != "side":
        page.locator("#people-count").click()
    look(page, f"live-mine-{size}")
    vb.drop()
    until(page, "document.querySelector('#stage').dataset.face === 'lost'")
    look(page, f"live-lost-{size}")


@pytest.mark.parametrize("size", list(SIZES))
def test_room_with_hints_and_menus(visit: OPEN, size: str) -> None:
    """A weak connection, the figures, the open menu, a passing sentence; a pause, and sound alone."""
    page = (context := visit(size, "dark")).new_page()
    signal = FakeSignal(page)
    twice = messages.Peer(id="p-ana-2", name="Ana", role="owner", client_type="person", user_id="u1")
    signal.peers, signal.browser, signal.lines = [ME, twice, BEN, VB], browser_status("READY"), conversation()
    vb = FakeVb(context.new_page(), signal)
    page.bring_to_front()
    open_page(page, f"{SITE}/rooms/film-night")
    vb.until(page, "document.querySelector('#stage').dataset.face === 'live'", timeout_s=20)
    vb.until(page, "window.turtus?.state.me")
    vb.tell(TierNow(tier="medium", width=854, height=480, fps=30, kbit_s=900))
    page.locator("#menu-button").click()
    inside = page.locator("#menu").bounding_box()
    assert inside is not None
    width, height = SIZES[size]
    assert inside["x"] >= 0
    assert inside["y"] >= 0
    assert inside["x"] + inside["width"] <= width
    assert inside["y"] + inside["height"] <= height
    expect(page.locator("#weak-hint")).to_be_visible()
    look(page, f"hints-menu-{size}")
    page.locator("#toggle-stats").click()
    expect(page.locator("#stats")).to_contain_text("kbit/s")
    signal.event(messages.BrowserNotice(message="Firefox crashed and was started again."))
    expect(page.locator(".toast")).to_be_visible()
    assert not page.evaluate(COVERED)
    look(page, f"hints-figures-{size}")
    page.locator("#stage").focus()
    page.keyboard.press("Shift+S")
    page.locator("#quality").select_option("sound")
    expect(page.get_by_role("heading", name="Sound only")).to_be_visible()
    if size != "side":
        page.locator("#people-count").click()
    look(page, f"hints-sound-{size}")


COVERED = """[...document.querySelectorAll('.topbar :is(a, button), .bar :is(button, select)')].some((each) => {
  const [one, two] = [each, document.querySelector('.toast')].map((element) => element.getBoundingClientRect());
  const beside = one.right <= two.left || one.left >= two.right || one.bottom <= two.top || one.top >= two.bottom;
  return each.checkVisibility() && !beside;
})"""
"""Whether the passing sentence lies over a control of the bars."""


def conversation() -> list[messages.ChatLine]:
    words = [("u2", "Ben", "is it starting soon?"), ("u1", "Ana", "see https://example.org/geese")]
    return [
        messages.ChatLine(id=number, user_id=user, name=name, text=text, at_ms=now_ms() - 60_000)
        for number, (user, name, text) in enumerate(words, 1)
    ]


def give(signal: FakeSignal, state: str, epoch: int, holder: str, requests: list[str] | None = None) -> None:
    control = messages.ControlStatus(state=state, epoch=epoch, holder=holder, requests=requests or [])  # type: ignore[arg-type]
    signal.event(messages.ControlChanged(control=control))


def test_room_by_keyboard_alone(visit: OPEN) -> None:
    """Tab reaches everything in the order in which it is read; tabs turn by arrow; nothing holds the keys."""
    page = visit("desktop", "dark").new_page()
    signal = FakeSignal(page)
    signal.peers = [ME, BEN]
    open_page(page, f"{SITE}/rooms/film-night")
    until(page, "window.turtus?.state.me")
    seen = []
    for _ in range(16):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id"))
    assert seen == [
        "leave-room",
        "people-count",
        "copy-link",
        "menu-button",
        "start-browser",
        "start-url",
        "kind-firefox",
        "mute",
        "volume",
        "quality",
        "fullscreen",
        "panel-toggle",
        "tab-chat",
        "chat-scroll",
        "chat-input",
        page.evaluate("document.querySelector('#chat-form button').id"),
    ]
    page.locator("#tab-chat").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-people")).to_be_focused()
    expect(page.locator("#people-panel")).to_be_visible()


def test_page_starts_with_a_way_past_its_header(visit: OPEN) -> None:
    """The first Tab offers to skip to the page."""
    page = visit("desktop", "light").new_page()
    open_page(page, f"{SITE}/rooms")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_margins_of_a_phone_are_alike(visit: OPEN) -> None:
    """Nothing pushes a form out to one side, a long word on a button neither."""
    page = visit("phone", "dark").new_page()
    open_page(page, f"{SITE}/account")
    for box in (sheet.bounding_box() for sheet in page.locator(".sheet").all()):
        assert box is not None
        assert box["x"] == SIZES["phone"][0] - box["x"] - box["width"]


def test_form_with_an_error_starts_there(visit: OPEN) -> None:
    """The first field that is wrong has the focus, and is described by its error."""
    page = visit("desktop", "light").new_page()
    open_page(page, f"{SITE}/account?wrong=1")
    expect(page.locator("#current")).to_be_focused()
    expect(page.locator("#current")).to_have_accessible_description(
        "Fill this in. This is not your password."
    )
