"""What a person wants to see, and what comes of it: the choice, weak connections, sound alone, hidden pages."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import until
from tests.support.fake_vb import FakeVb
from tests.unit.static.conftest import LIVE, Js
from vb.protocol.view import TierName, TierNow

Enter = Callable[[], Page]
FACE = "document.querySelector('#stage').dataset.face"
HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def watch(page: Page, vb: FakeVb) -> None:
    """The picture is there and the agent can be told something."""
    vb.offer()
    vb.until(page, LIVE)
    heard(page, vb)


def heard(page: Page, vb: FakeVb) -> list[str]:
    """The choices that the page told, when there are any."""
    deadline = time.monotonic() + 10
    while not (told := vb.heard()):
        assert time.monotonic() < deadline, "the page said nothing"
        page.wait_for_timeout(50)
    return [message["choice"] for message in told]


def tier(name: TierName) -> TierNow:
    return TierNow(tier=name, width=1280, height=720, fps=30, kbit_s=2500)


@pytest.mark.parametrize(
    ("choice", "told", "auto", "weak"),
    [
        ("auto", None, "Auto", ""),
        ("auto", "best", "Auto (Best)", ""),
        ("auto", "medium", "Auto (Medium)", "Your connection is weak: Medium picture"),
        ("auto", "low", "Auto (Low)", "Your connection is weak: Low picture"),
        ("auto", "sound", "Auto (Sound only)", ""),
        ("auto", "none", "Auto", ""),
        ("low", "low", "Auto", ""),
    ],
)
def test_words(js: Js, choice: str, told: str | None, auto: str, weak: str) -> None:
    """Auto says what it has come to; only a picture that nobody chose is called weak."""
    view = js("m.qualityView(a)", {"choice": choice, "tier": told})
    assert (view["auto"], view["weak"]) == (auto, weak)


def test_words_for_sound_alone(js: Js) -> None:
    """A wish is not called a fault, and a fault not a wish."""
    wish = js("m.qualityView({choice: 'sound', tier: 'sound'})")
    fault = js("m.qualityView({choice: 'auto', tier: 'sound'})")
    assert "too weak" in fault["soundReason"]
    assert "too weak" not in wish["soundReason"]
    assert (wish["soundButton"], fault["soundButton"]) == ("Show the picture", "Try a small picture")


def test_choice_is_told_kept_and_told_again(live: Page, vb: FakeVb) -> None:
    """By keyboard, to the agent; again on each connection, and after a reload."""
    page = live
    assert heard(page, vb) == ["auto"]
    expect(page.get_by_label("Picture quality")).to_have_value("auto")
    page.locator("#quality").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert heard(page, vb)[-1] == "medium"
    vb.offer()
    vb.until(page, LIVE)
    assert heard(page, vb) == ["medium"]
    page.reload()
    until(page, "window.turtus?.state.me")
    vb.offer()
    vb.until(page, LIVE)
    assert heard(page, vb) == ["medium"]
    expect(page.locator("#quality")).to_have_value("medium")


def test_what_is_sent_is_said(live: Page, vb: FakeVb) -> None:
    """In the menu at once; on the stage when it is weak and stays so."""
    page = live
    heard(page, vb)
    vb.tell(tier("medium"))
    expect(page.locator("#quality option:checked")).to_have_text("Auto (Medium)")
    expect(page.locator("#weak-hint")).to_be_hidden()
    expect(page.locator("#weak-hint")).to_contain_text("Your connection is weak: Medium picture")
    expect(page.locator("#weak-hint")).to_be_visible()
    vb.tell(tier("best"))
    expect(page.locator("#weak-hint")).to_be_hidden()
    expect(page.locator("#quality option:checked")).to_have_text("Auto (Best)")


def test_sound_only_and_back(live: Page, vb: FakeVb) -> None:
    """The stage says so; one press brings the picture; no picture is missed in between."""
    page = live
    heard(page, vb)
    page.locator("#quality").select_option("sound")
    assert heard(page, vb) == ["sound"]
    expect(page.get_by_role("heading", name="Sound only")).to_be_visible()
    vb.tell(tier("sound"))
    page.locator("#show-picture").click()
    assert heard(page, vb) == ["auto"]
    vb.until(page, LIVE)
    assert vb.sessions == 1


def test_sound_only_needs_no_frame(enter: Enter, vb: FakeVb, page: Page) -> None:
    """Kept from the last visit: connected is enough, however long no picture comes."""
    enter()
    page.locator("#quality").select_option("sound")
    page.reload()
    until(page, "window.turtus?.state.me")
    vb.offer()
    vb.until(page, f"{FACE} === 'sound'")
    assert heard(page, vb) == ["sound"]
    page.wait_for_timeout(500)
    assert page.evaluate(FACE) == "sound"


def test_path_too_weak_for_a_picture(live: Page, vb: FakeVb) -> None:
    """Auto may come to sound alone: said as such, and a small picture can be tried."""
    page = live
    heard(page, vb)
    vb.tell(tier("sound"))
    expect(page.get_by_text("too weak for a picture")).to_be_visible()
    page.get_by_role("button", name="Try a small picture").click()
    assert heard(page, vb) == ["low"]
    vb.tell(tier("low"))
    vb.until(page, LIVE)


def test_hidden_page_pauses_the_picture(live: Page, vb: FakeVb) -> None:
    """After two seconds; seen again, the choice is told again and the picture is there within a second."""
    page = live
    heard(page, vb)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(1000)
    assert vb.heard() == []
    assert heard(page, vb) == ["none"]
    vb.tell(tier("none"))
    until(page, f"{FACE} === 'paused'")
    page.evaluate(HIDE, False)
    assert heard(page, vb) == ["auto"]
    vb.until(page, LIVE, timeout_s=1)
    assert vb.sessions == 1
    phases = page.evaluate("turtus.events.map(([name]) => name)")
    assert "stage-lost" not in phases
    assert phases.count("first-frame") == 1


def test_short_look_elsewhere_costs_nothing(live: Page, vb: FakeVb) -> None:
    """Back before the two seconds are over: nothing is told."""
    page = live
    heard(page, vb)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(500)
    page.evaluate(HIDE, False)
    page.wait_for_timeout(2500)
    assert vb.heard() == []


def test_page_that_is_opened_hidden_waits_without_a_picture(enter: Enter, vb: FakeVb, page: Page) -> None:
    """A room opened in the background is connected, and shows its picture when it is looked at."""
    page.add_init_script(f"({HIDE})(true)")
    enter()
    vb.offer()
    vb.until(page, f"{FACE} === 'paused'")
    assert heard(page, vb) == ["none"]
    page.evaluate(HIDE, False)
    assert heard(page, vb) == ["auto"]
    vb.until(page, LIVE)


@pytest.mark.usefixtures("clock")
def test_picture_that_does_not_come_back_is_asked_for(enter: Enter, vb: FakeVb, page: Page) -> None:
    """A pause that does not end by itself ends with another connection."""
    freeze: Any = "vb.pc.getSenders().forEach((sender) => sender.replaceTrack(null))"
    enter()
    watch(page, vb)
    page.evaluate(HIDE, True)
    page.clock.run_for(2100)
    assert heard(page, vb) == ["none"]
    vb.run(freeze)
    page.evaluate(HIDE, False)
    page.clock.run_for(8100)
    vb.until(page, LIVE)
    assert vb.sessions == 2
