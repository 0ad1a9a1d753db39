"""Figures about the picture."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.fake_signal import ME, FakeSignal
from tests.support.fake_vb import FakeVb
from tests.unit.static.conftest import Js
from vb.protocol import messages
from vb.protocol.view import TierNow

Enter = Callable[[], Page]
REPORTS = [
    {"id": "T", "type": "transport", "selectedCandidatePairId": "P"},
    {"id": "P", "type": "candidate-pair", "currentRoundTripTime": 0.012},
    {"id": "C", "type": "codec", "mimeType": "video/H264"},
    {"id": "A", "type": "inbound-rtp", "kind": "audio", "bytesReceived": 100},
    {
        "id": "V",
        "type": "inbound-rtp",
        "kind": "video",
        "bytesReceived": 900,
        "framesDecoded": 30,
        "framesDropped": 1,
        "packetsReceived": 50,
        "packetsLost": 2,
        "jitterBufferDelay": 0.6,
        "jitterBufferEmittedCount": 30,
        "frameWidth": 1280,
        "frameHeight": 720,
        "codecId": "C",
    },
]


def test_sample(js: Js) -> None:
    """What matters of the many reports."""
    assert js("m.sampleOf(a, 5)", REPORTS) == {
        "atMs": 5,
        "bytes": 1000,
        "frames": 30,
        "packets": 50,
        "lost": 2,
        "bufferS": 0.6,
        "emitted": 30,
        "dropped": 1,
        "roundTripMs": 12,
        "codec": "H264",
        "width": 1280,
        "height": 720,
    }
    assert js("m.sampleOf(a, 5)", REPORTS[:4]) is None


def test_figures(js: Js) -> None:
    """Between two samples; nothing is divided by nothing."""
    before = js("m.sampleOf(a, 0)", REPORTS)
    later = {
        "atMs": 2000,
        "bytes": 251_000,
        "frames": 90,
        "packets": 145,
        "lost": 7,
        "bufferS": 1.2,
        "emitted": 90,
    }
    found = js("m.figures(a[0], a[1])", [before, {**before, **later}])
    assert found == pytest.approx({"fps": 30, "kbitS": 1000, "lossPercent": 5, "bufferMs": 10})
    still = js("m.figures(a, {...a, atMs: 1000})", before)
    assert still == {"fps": 0, "kbitS": 0, "lossPercent": 0, "bufferMs": None}


@pytest.mark.parametrize(
    ("frame", "shows"),
    [
        ({"captureTime": 104}, False),
        ({"captureTime": 106}, True),
        ({"captureTime": 104, "receiveTime": 500}, False),
        ({"receiveTime": 109}, False),
        ({"receiveTime": 111}, True),
        ({}, True),
    ],
)
def test_frame_that_can_show_a_press(js: Js, frame: dict[str, float], shows: bool) -> None:
    """Pressed at 100 ms, over a path of 10 ms there and back: captured after 105, or come after 110."""
    assert js("m.canShow(100, a, 10)", frame) is shows


def test_middle(js: Js) -> None:
    """Of an odd and an even number, as large as one of them."""
    assert js("[m.middle([9, 1, 5]), m.middle([4, 2])]") == [5, 4]


@pytest.fixture
def _counting(page: Page) -> None:
    page.add_init_script(
        """
        window.asked = 0;
        const real = RTCPeerConnection.prototype.getStats;
        RTCPeerConnection.prototype.getStats = function (...rest) {
          window.asked += 1;
          return real.apply(this, rest);
        };
        """
    )


@pytest.fixture
def watching(_counting: None, live: Page, vb: FakeVb) -> FakeVb:
    """A vb whose moving picture the page shows; the page counts how often it asks for figures."""
    return vb


def test_figures_are_shown_when_asked_for(watching: FakeVb, page: Page) -> None:
    """From the menu or by key; once a second; nothing is measured before and after."""
    page.wait_for_timeout(1200)
    assert page.evaluate("asked") == 0
    page.locator("#menu-button").click()
    page.get_by_role("button", name="Statistics").click()
    watching.tell(TierNow(tier="medium", width=854, height=480, fps=30, kbit_s=900))
    expect(page.locator("#stats")).to_contain_text(re.compile(r"\d+ × \d+, VP8"))
    expect(page.locator("#stats")).to_contain_text("Medium")
    expect(page.locator("#stats")).to_contain_text("kbit/s")
    page.locator("#stage").focus()
    page.keyboard.press("Shift+S")
    expect(page.locator("#stats")).to_be_hidden()
    asked = page.evaluate("asked")
    assert 1 <= asked <= 20
    page.wait_for_timeout(1500)
    assert page.evaluate("asked") == asked
    page.keyboard.press("Shift+S")
    expect(page.locator("#stats")).to_be_visible()


def test_press_to_picture(watching: FakeVb, page: Page, signal: FakeSignal) -> None:
    """Measured while one drives and looks at the figures; the picture moves, so that a frame follows soon."""
    control = messages.ControlStatus(state="HELD", epoch=5, holder=ME.id)
    page.keyboard.press("Shift+S")
    page.locator("#screen").click(position={"x": 300, "y": 300})
    expect(page.locator("#stats")).to_contain_text("drive to see it")
    signal.event(messages.ControlChanged(control=control))
    expect(page.locator("#driver")).to_have_text("You drive")
    page.locator("#screen").click(position={"x": 300, "y": 300})
    expect(page.locator("#stats")).to_contain_text("mostly")


def test_letters_of_a_message_are_no_shortcut(enter: Enter, signal: FakeSignal) -> None:
    """Shift+S in the chat is a letter."""
    page = enter()
    page.locator("#chat-input").focus()
    page.keyboard.press("Shift+S")
    expect(page.locator("#chat-input")).to_have_value("S")
    expect(page.locator("#stats")).to_be_hidden()
