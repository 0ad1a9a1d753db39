"""The stage's faces in the page: what people see and press."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import SITE
from tests.support.fake_signal import BEN, FakeSignal, browser_status
from vb.protocol import messages

Enter = Callable[[], Page]


def test_start_asks_for_the_page_that_was_typed(enter: Enter, signal: FakeSignal) -> None:
    """One press starts, at the address in the field, and notes when."""
    page = enter()
    page.locator("#start-url").fill("https://example.org/other")
    page.locator("#start-browser").click()
    expect(page.locator("#start-browser")).to_be_disabled()
    assert [message["url"] for message in signal.heard("browser.start")] == ["https://example.org/other"]
    assert "start-clicked" in [name for name, _ in page.evaluate("turtus.events")]


def test_start_asks_for_the_browser_that_was_chosen(enter: Enter, signal: FakeSignal) -> None:
    """The usual one unless another is; its step has its name, and so has a retry."""
    page = enter()
    expect(page.get_by_role("radio", name="Firefox")).to_be_checked()
    page.get_by_role("radio", name="Chromium").check()
    page.locator("#start-browser").click()
    page.wait_for_timeout(100)
    assert [message["kind"] for message in signal.heard("browser.start")] == ["chromium"]
    signal.event(messages.BrowserChanged(browser=browser_status("STARTING", kind="chromium")))
    expect(page.locator("#steps")).to_contain_text("Opening Chromium")
    signal.event(messages.BrowserChanged(browser=browser_status("FAILED", kind="chromium")))
    page.locator("#retry-browser").click()
    page.wait_for_timeout(100)
    assert [message["kind"] for message in signal.heard("browser.start")] == ["chromium", "chromium"]


def test_refused_start_says_why(enter: Enter, signal: FakeSignal) -> None:
    """At the button, which can be pressed again."""
    page = enter()
    page.locator("#start-browser").click()
    signal.send(messages.Error(code="invalid", message="This address cannot be opened.", ref="browser.start"))
    expect(page.locator("#start-error")).to_have_text("This address cannot be opened.")
    expect(page.locator("#start-browser")).to_be_enabled()


def test_start_goes_through_its_steps(enter: Enter, signal: FakeSignal) -> None:
    """Each step ticks off, with seconds that run."""
    page = enter()
    for state, done in (("REQUESTED", 0), ("CREATING", 1), ("STARTING", 2), ("READY", 3)):
        signal.event(messages.BrowserChanged(browser=browser_status(state)))
        expect(page.locator("#steps [data-status=done]")).to_have_count(done)
        expect(page.locator("#steps [data-status=now]")).to_have_count(1)
    expect(page.locator("#steps li")).to_have_count(4)
    expect(page.locator("#steps li").first).to_contain_text("0.3 s")


def test_browser_that_is_gone_is_no_mistake_of_theirs(enter: Enter, signal: FakeSignal) -> None:
    """Nobody tried anything when the server was restarted."""
    signal.browser = browser_status("LOST", reason="gone", message="The server was restarted.")
    page = enter()
    expect(page.locator("#failed-title")).to_have_text("The browser is gone")
    expect(page.locator("#failed-reason")).to_have_text("The server was restarted.")


@pytest.mark.parametrize("owner", [True, False])
def test_failure_says_why_and_can_be_retried(enter: Enter, signal: FakeSignal, owner: bool) -> None:
    """A sentence for all, details for the owner, Retry with the same address."""
    role = "owner" if owner else "member"
    signal.me = messages.Peer(id="p-ana", name="Ana", role=role, client_type="person", user_id="u1")  # type: ignore[arg-type]
    signal.peers = [signal.me]
    signal.browser = browser_status("FAILED", reason="start_timeout", message="It did not get ready in time.")
    page = enter()
    expect(page.locator("#failed-reason")).to_have_text("It did not get ready in time.")
    expect(page.locator("#failed-details")).to_be_visible(visible=owner)
    assert "start_timeout" in (page.locator("#failed-code").text_content() or "")
    page.locator("#retry-browser").click()
    page.wait_for_timeout(100)
    assert [message["url"] for message in signal.heard("browser.start")] == ["turtus:home"]


def test_end_says_why_and_offers_another_start(enter: Enter, signal: FakeSignal) -> None:
    """Who or what ended it, and Start again."""
    signal.browser = browser_status("STOPPED", reason="stopped_by", message="Ben stopped the browser.")
    page = enter()
    expect(page.locator("#start-about")).to_have_text("Ben stopped the browser.")
    expect(page.locator("#start-browser")).to_have_text("Start again")
    page.locator("#start-browser").click()
    page.wait_for_timeout(100)
    assert len(signal.heard("browser.start")) == 1


def test_stop_is_in_the_menu_while_something_runs(enter: Enter, signal: FakeSignal) -> None:
    """And nowhere when nothing does."""
    page = enter()
    page.locator("#menu-button").click()
    expect(page.locator("#stop-browser")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    signal.event(messages.BrowserChanged(browser=browser_status("STARTING")))
    page.locator("#menu-button").click()
    page.locator("#stop-browser").click()
    page.wait_for_timeout(100)
    assert len(signal.heard("browser.stop")) == 1
    signal.event(messages.BrowserChanged(browser=browser_status("STOPPING")))
    expect(page.get_by_text("The browser is being switched off…")).to_be_visible()


def test_notice_and_refusal_pass_by(enter: Enter, signal: FakeSignal) -> None:
    """Something was mended, or may not be done: a sentence that goes away."""
    page = enter()
    signal.event(messages.BrowserNotice(message="Firefox crashed and was started again."))
    signal.send(messages.Error(code="forbidden", message="You may not do that.", ref="control.give"))
    expect(page.locator(".toast")).to_have_text(
        ["Firefox crashed and was started again.", "You may not do that."]
    )


def test_keyboard_keeps_its_place(enter: Enter, signal: FakeSignal) -> None:
    """When the pressed button goes away, the focus stays on the stage."""
    page = enter()
    page.locator("#start-url").focus()
    signal.event(messages.BrowserChanged(browser=browser_status("REQUESTED")))
    expect(page.locator("#stage")).to_be_focused()


def test_link_can_be_copied(enter: Enter, signal: FakeSignal) -> None:
    """The address to invite with; shown when the clipboard is closed to the page."""
    page = enter()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#copy-link").click()
    expect(page.locator(".toast")).to_contain_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{SITE}/rooms/film-night"


def test_others_in_the_room_do_not_lose_what_is_typed(enter: Enter, signal: FakeSignal) -> None:
    """News from the room leaves a half-typed address alone."""
    page = enter()
    page.locator("#start-url").fill("https://exam")
    signal.event(messages.PeerJoined(peer=BEN))
    expect(page.locator("#people-number")).to_have_text("2")
    expect(page.locator("#start-url")).to_have_value("https://exam")
