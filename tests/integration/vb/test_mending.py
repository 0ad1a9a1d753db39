"""Processes that die in the middle: mended, told, and the stream goes on (S8)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from tests.support.vb_container import browser
from tests.support.vb_house import House, bundled, open_house
from tests.support.vb_room import FakeRoom
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.exits import AgentExit
from vb.protocol.messages import AgentScreen, AgentStatus, Resize

pytestmark = pytest.mark.docker
READY_S = 60.0
FIREFOX = "firefox-esr"

SIZE = b"""<script>
const size = () => fetch("/said", { method: "POST", body: JSON.stringify({ width: outerWidth, height: outerHeight }) });
addEventListener("resize", size);
size();
</script>"""


@pytest.fixture(scope="module")
def given_up() -> Iterator[Future[None]]:
    """Nobody has to watch how a browser is given up: it goes on beside the others."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(firefox_keeps_dying)


@pytest.fixture(scope="module")
def house(shared: object, given_up: object) -> Iterator[House]:
    """Of its own: what dies in it must not trouble other modules."""
    with open_house() as house:
        house.show(bundled("motion") + SIZE)
        yield house


@pytest.fixture(scope="module")
def ana(chromium: Browser, house: House) -> Iterator[TestViewer]:
    with viewer(chromium, house.room) as ana:
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        yield ana


def moving_again(ana: TestViewer) -> bool:
    """Within a while pictures flow as before."""
    return any(ana.frames_per_s(1.0) > 5.0 for _ in range(40))


def sounding(ana: TestViewer) -> bool:
    """Within a while there is sound."""
    return any(ana.loudness() > 0.05 for _ in range(40))


def test_firefox_is_started_again(house: House, ana: TestViewer) -> None:
    """People are told; the same connection shows the new one."""
    house.container.kill(FIREFOX, "--profile")
    notice = house.room.expect(AgentStatus, READY_S, state="notice")
    assert notice.message == "Firefox was restarted."
    assert moving_again(ana)
    assert sounding(ana)


def test_the_screen_comes_back_with_all_that_needs_it(house: House, ana: TestViewer) -> None:
    """Xvfb dies: Firefox and the window manager follow it and return, and the stream with them.

    In the size that it was given last, not the one that the browser began with.
    """
    house.room.send(Resize(size="480p"))
    house.room.expect(AgentScreen, width=854, height=480)
    house.site.expect(width=854, height=480)
    ana.wait_for_size(854, 480)
    house.container.kill("Xvfb")
    notice = house.room.expect(AgentStatus, READY_S, state="notice", reason="xvfb_restarted")
    assert "screen" in notice.message
    house.site.expect(60.0, width=854, height=480)
    ana.wait_for_size(854, 480)
    assert moving_again(ana)
    assert "keeps failing" not in house.container.logs()


def test_the_sound_comes_back(house: House, ana: TestViewer) -> None:
    """PulseAudio dies: Firefox connects to the new one, the recording too."""
    assert sounding(ana)
    house.container.kill("pulseaudio")
    notice = house.room.expect(AgentStatus, READY_S, state="notice", reason="pulseaudio_restarted")
    assert "sound" in notice.message
    assert sounding(ana)


def firefox_keeps_dying() -> None:
    with FakeRoom() as room, browser(room.port) as container:
        room.expect(AgentStatus, READY_S, state="ready")
        for _ in range(4):
            container.kill(FIREFOX, "--profile")
            heard = room.expect(AgentStatus, READY_S)
            if heard.state == "failed":
                break
        assert heard.state == "failed"
        assert heard.reason == "process_failed"
        assert "Firefox keeps failing" in heard.message
        assert container.exit_status(30) == AgentExit.PROCESS_FAILED


def test_what_cannot_be_mended_ends_the_browser_with_a_reason(given_up: Future[None]) -> None:
    """Firefox that keeps dying is given up: the room is told, the exit status says so."""
    given_up.result()
