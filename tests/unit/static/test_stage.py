"""Picture, sound and their return after a break, against a real WebRTC connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import until
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from tests.unit.static.conftest import LIVE
from vb.protocol import messages
from vb.protocol.view import TierNow

Enter = Callable[[], Page]


def test_offer_becomes_a_picture(live: Page, vb: FakeVb) -> None:
    """Step 7: the page answers, the picture plays, and the first frame is noted."""
    page = live
    names = [name for name, _ in page.evaluate("turtus.events")]
    assert "first-frame" in names
    shape = "(({ videoWidth, videoHeight }) => videoWidth / videoHeight)(document.querySelector('video'))"
    assert page.evaluate(shape) == pytest.approx(16 / 9, abs=0.02)
    assert page.evaluate("turtus.peer.connectionState") == "connected"
    assert page.evaluate("turtus.peer.getReceivers().every((receiver) => receiver.jitterBufferTarget === 0)")
    assert "stereo=1" in page.evaluate("turtus.peer.localDescription.sdp")


def test_broken_stream_comes_back(live: Page, vb: FakeVb) -> None:
    """The last picture stays, dimmed, until the vb has offered again."""
    page = live
    vb.drop()
    vb.until(page, "document.querySelector('#stage').dataset.face === 'lost'", timeout_s=15)
    expect(page.locator("#stage-video")).to_be_visible()
    vb.until(page, LIVE, timeout_s=15)
    assert vb.sessions == 2


def test_bye_asks_for_another_stream(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """A vb that ends one connection is asked for the next; an old session's bye means nothing."""
    page = live
    signal.send(messages.Bye(to=ME.id, sender=VB, session="s0"))
    signal.send(messages.Bye(to=ME.id, sender=VB, session="s1"))
    vb.until(page, "document.querySelector('#stage').dataset.face === 'lost'")
    vb.until(page, LIVE)
    assert vb.sessions == 2


def test_bye_with_a_reason_is_said_and_tried_again_later(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """Whoever is sent away for what their browser did reads why, and comes back after a while, longer each time."""
    page = live
    waits = []
    for number in (1, 2, 3, 4):
        began = page.evaluate("performance.now()")
        signal.send(messages.Bye(to=ME.id, sender=VB, session=f"s{number}", reason=f"Too much {number}."))
        expect(page.locator(".toast", has_text=f"Too much {number}.")).to_be_visible()
        vb.until(page, f"turtus.peer && {LIVE}")
        assert vb.sessions == number + 1
        waits.append(page.evaluate("performance.now()") - began)
    assert waits[3] > 2000  # of 2 to 4 s, where the first was of 0.25 to 0.5
    assert waits[0] < waits[3]


def test_no_connection_is_said_as_well(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """An agent that begins no session has none to name; of others that word means nothing."""
    page = live
    signal.send(messages.Bye(to=ME.id, sender=BEN, session="none", reason="Ben made this up."))
    signal.send(messages.Bye(to=ME.id, sender=VB, session="none", reason="Nobody else can watch."))
    expect(page.locator(".toast")).to_have_text(["Nobody else can watch."])
    vb.until(page, f"turtus.peer && {LIVE}")
    assert vb.sessions == 2


def test_end_of_the_browser_is_said_once(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """By the site; the agent that goes says it too."""
    page = live
    signal.event(messages.BrowserChanged(browser=browser_status("STOPPING")))
    signal.send(messages.Bye(to=ME.id, sender=VB, session="s1", reason="Ben stopped the browser."))
    vb.until(page, "turtus.peer === null")
    expect(page.locator(".toast")).to_have_count(0)


def test_end_of_the_browser_ends_the_picture(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """No picture, no connection, nothing asked for any more."""
    page = live
    signal.event(
        messages.BrowserChanged(browser=browser_status("STOPPED", message="Ben stopped the browser."))
    )
    expect(page.get_by_text("Ben stopped the browser.")).to_be_visible()
    assert page.evaluate("turtus.peer") is None
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_only_the_browser_offers_its_picture(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """What a member offers is not answered, and the picture stays."""
    page = live
    answers = [said for said in signal.said if said["type"] == "answer"]
    signal.send(messages.Offer(to=ME.id, sender=BEN, session="s9", sdp="v=0"))
    signal.send(messages.Offer(to=ME.id, session="s9", sdp="v=0"))
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('#stage').dataset.face") == "live"
    assert [said for said in signal.said if said["type"] == "answer"] == answers


def test_agent_speaks_for_itself_alone(live: Page, vb: FakeVb) -> None:
    """It may be anybody's by now: what the stage tells the parts of the page is not its to say."""
    live.evaluate("document.querySelector('video').muted = true")
    for kind in ("'sound-blocked'", "7", "null"):
        vb.run(f"vb.view.send(JSON.stringify({{ type: {kind} }}))")
    vb.tell(TierNow(tier="low", width=640, height=360, fps=25, kbit_s=380))
    until(live, "document.querySelector('#quality option[value=auto]').textContent.includes('Low')")
    expect(live.locator("#sound-unlock")).to_be_hidden()


@pytest.mark.usefixtures("clock")
def test_offer_that_cannot_be_read_is_asked_for_again(
    enter: Enter, vb: FakeVb, signal: FakeSignal, page: Page
) -> None:
    """Nonsense costs a wait and nothing else."""
    enter()
    signal.send(messages.Offer(to=ME.id, sender=VB, session="s9", sdp="nonsense"))
    page.clock.run_for(9000)
    vb.until(page, LIVE, timeout_s=15)


@pytest.mark.usefixtures("clock")
def test_no_way_for_the_picture_is_said(enter: Enter, vb: FakeVb, page: Page) -> None:
    """After three tries without a picture the page says what is wrong, and Try again tries again."""
    enter()
    for _ in range(4):
        page.clock.run_for(9000)
    expect(page.get_by_role("heading", name="The picture cannot reach you")).to_be_visible()
    page.locator("#retry-picture").click()
    vb.until(page, LIVE)


def test_sound_waits_for_a_tap(enter: Enter, vb: FakeVb, page: Page) -> None:
    """Where a page may not play sound by itself, the picture plays and one tap unlocks the sound."""
    # Playwright's own calls count as taps, so the browser's rule is put in their place.
    page.add_init_script(
        """
        const play = HTMLMediaElement.prototype.play;
        let tapped = false;
        addEventListener('pointerdown', () => (tapped = true), true);
        HTMLMediaElement.prototype.play = async function () {
          if (!this.muted && !tapped) throw new DOMException('no gesture', 'NotAllowedError');
          return play.call(this);
        };
        """
    )
    enter()
    vb.offer()
    vb.until(page, LIVE)
    assert page.evaluate("document.querySelector('video').muted")
    page.locator("#sound-unlock").click()
    expect(page.locator("#sound-unlock")).to_be_hidden()
    assert not page.evaluate("document.querySelector('video').muted")
