"""The room on an upright phone: nothing of what one must know is cut off, and nothing jumps."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import until
from tests.support.driver import hold
from tests.support.fake_signal import BEN, ME, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from vb.protocol import messages

Enter = Callable[[], Page]
SMALL = {"width": 320, "height": 640}
USUAL = {"width": 360, "height": 640}
LONG = messages.Peer(
    id="p-long", name="Clara-Antonia von der Wiesenthal", role="member", client_type="person", user_id="u9"
)


@pytest.fixture(autouse=True)
def _phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})


def box(page: Page, selector: str) -> dict[str, float]:
    found: Any = page.locator(selector).bounding_box()
    assert found is not None, selector
    return {**found, "right": found["x"] + found["width"], "bottom": found["y"] + found["height"]}


def test_it_says_who_drives(live: Page, signal: FakeSignal) -> None:
    """On a line of its own above the buttons: nobody, somebody with a long name, and who looks."""
    signal.event(messages.PeerJoined(peer=LONG))
    turns = ((None, "Nobody drives"), (LONG.id, f"{LONG.name} drives"), (ME.id, "You drive"))
    for epoch, (holder, words) in enumerate(turns, 5):
        hold(signal, holder, epoch)
        expect(live.locator("#driver")).to_have_text(words)
        line = box(live, "#driver")
        assert line["width"] > 300
        assert 15 < line["height"] < 30, "one line"
        button = "#release-control" if holder == ME.id else "#take-control"
        assert line["bottom"] <= box(live, button)["y"]
        expect(live.locator("#driver")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, SMALL, {"width": 1280, "height": 800}])
def test_the_picture_moves_nothing_when_it_comes(
    enter: Enter, vb: FakeVb, signal: FakeSignal, size: Any
) -> None:
    """Not from the first step of a start to the picture, nor when it is lost or rests."""
    signal.browser = browser_status("STARTING")
    page = enter()
    page.set_viewport_size(size)

    def places() -> list[dict[str, float]]:
        return [box(page, each) for each in ("#stage", "#panel", "#chat-form", "#mute")]

    expect(page.locator("#steps li").last).to_be_in_viewport(ratio=1)
    before = places()
    signal.event(messages.BrowserChanged(browser=browser_status("READY")))
    vb.offer()
    vb.until(page, "document.querySelector('#stage').dataset.face === 'live'")
    assert places() == before
    vb.drop()
    until(page, "document.querySelector('#stage').dataset.face === 'lost'")
    assert places() == before


def test_full_screen_is_full_and_gives_back_the_conversation(live: Page) -> None:
    """The picture has all that the bar leaves; afterwards everything is where it was."""
    before = [box(live, each) for each in ("#stage", "#panel")]
    live.locator("#fullscreen").click()
    expect(live.locator("#panel")).to_be_hidden()
    assert box(live, "#stage")["height"] > 700
    live.locator("#fullscreen").click()
    expect(live.locator("#panel")).to_be_visible()
    assert [box(live, each) for each in ("#stage", "#panel")] == before


def test_an_upright_screen_has_the_height_it_needs(live: Page, signal: FakeSignal) -> None:
    """More than half of the phone; the conversation keeps the rest."""
    assert box(live, "#stage")["height"] < 300
    signal.event(messages.BrowserChanged(browser=browser_status("READY", size=(720, 1280))))
    until(live, "document.querySelector('#stage').hasAttribute('data-upright')")
    assert box(live, "#stage")["height"] > 480
    expect(live.locator("#chat-form")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [SMALL, USUAL])
def test_a_small_phone_holds_all_that_a_driver_needs(live: Page, signal: FakeSignal, size: Any) -> None:
    """Buttons lie beside each other, none beyond the edge."""
    live.set_viewport_size(size)
    signal.event(messages.PeerJoined(peer=LONG))
    control = messages.ControlStatus(state="REQUESTED", epoch=9, holder=ME.id, requests=[LONG.id, BEN.id])
    signal.event(messages.ControlChanged(control=control))
    for each in live.locator(".bar :is(button, select):visible, #asking button").all():
        place = each.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= size["width"]
    assert box(live, ".bar")["height"] < 90, "one row under the line"
    asking = box(live, "#asking")
    assert asking["height"] < 80
    assert asking["y"] >= box(live, "#stage")["y"]


def test_a_passing_sentence_lies_beside_the_picture(live: Page, signal: FakeSignal) -> None:
    """Which is small enough as it is."""
    signal.event(messages.BrowserNotice(message="Firefox crashed and was started again."))
    expect(live.locator(".toast")).to_be_visible()
    assert box(live, ".toast")["y"] >= box(live, "#stage")["bottom"]


def test_words_are_seen_while_the_keyboard_is_open(live: Page, signal: FakeSignal) -> None:
    """Little is left of the screen then: the field that is written in and a part of the picture; or it alone."""
    live.set_viewport_size({"width": 390, "height": 400})
    live.locator("#chat-input").focus()
    expect(live.locator("#chat-form")).to_be_in_viewport(ratio=1)
    assert box(live, "#stage")["height"] >= 96
    assert box(live, "#chat-form")["y"] >= box(live, "#stage")["bottom"]
    hold(signal, ME.id)
    live.locator("#stage-keys").focus()
    assert box(live, "#stage")["height"] > 300
    expect(live.locator("#release-control")).to_be_in_viewport(ratio=1)
    live.set_viewport_size({"width": 390, "height": 300})  # wider than high: still no phone on its side
    live.evaluate("document.activeElement.blur()")
    live.locator("#chat-input").focus()
    expect(live.locator("#chat-form")).to_be_in_viewport(ratio=1)


def test_the_newest_words_stay_in_view(enter: Enter, signal: FakeSignal) -> None:
    """When the stage needs more room, too; who reads what was said before is left there."""
    signal.browser = browser_status("STARTING")
    signal.lines = [
        messages.ChatLine(id=number, user_id="u2", name="Ben", text=f"line {number}\n.\n.", at_ms=0)
        for number in range(1, 30)
    ]
    page = enter()
    last, first = page.locator("#chat-log .line").last, page.locator("#chat-log .line").first
    expect(last).to_be_in_viewport(ratio=1)
    signal.event(messages.BrowserChanged(browser=browser_status("FAILED")))
    expect(page.locator("#retry-browser")).to_be_visible()
    expect(last).to_be_in_viewport(ratio=1)
    first.scroll_into_view_if_needed()
    signal.event(messages.BrowserChanged(browser=browser_status("STARTING")))
    expect(page.locator("#steps li").last).to_be_visible()
    expect(first).to_be_in_viewport(ratio=1)


def test_a_wrong_address_is_told_in_view(enter: Enter, signal: FakeSignal) -> None:
    """At the field, without scrolling."""
    page = enter()
    signal.send(messages.Error(code="invalid", message="Start with https://.", ref="browser.start"))
    expect(page.locator("#start-error")).to_be_in_viewport(ratio=1)
    assert box(page, "#start-error")["bottom"] <= box(page, "#stage")["bottom"]


def test_the_hint_goes_where_nothing_shall_move(live: Page, signal: FakeSignal) -> None:
    """Who wants no motion has the picture free of it after a while, too."""
    live.emulate_media(reduced_motion="reduce")
    hold(signal, ME.id)
    expect(live.locator("#drive-hint")).to_be_visible()
    live.evaluate("document.querySelector('#drive-hint').getAnimations().forEach((each) => each.finish())")
    expect(live.locator("#drive-hint")).to_be_hidden()
