"""Processes that die in the middle: mended, told, and the stream goes on (S8)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.vb_container import Container, browser
from tests.support.vb_room import FakeRoom
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.exits import AgentExit
from vb.protocol.messages import AgentStatus

pytestmark = pytest.mark.docker
READY_S = 60.0
FIREFOX = "firefox-esr"

Scene = tuple[FakeRoom, Container, TestViewer]


@pytest.fixture
def scene(chromium: Browser) -> Iterator[Scene]:
    with (
        FakeRoom() as room,
        browser(room.port, "--url", "turtus:motion") as container,
        viewer(chromium, room) as ana,
    ):
        room.expect(AgentStatus, READY_S, state="ready")
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        yield room, container, ana


def moving_again(ana: TestViewer) -> bool:
    """Within a while pictures flow as before."""
    return any(ana.frames_per_s(2.0) > 5.0 for _ in range(15))


def sounding(ana: TestViewer) -> bool:
    """Within a while there is sound."""
    return any(ana.loudness() > 0.05 for _ in range(25))


def test_firefox_is_started_again(scene: Scene) -> None:
    """People are told; the same connection shows the new one."""
    room, container, ana = scene
    container.kill(FIREFOX, "--profile")
    notice = room.expect(AgentStatus, READY_S, state="notice")
    assert notice.message == "Firefox was restarted."
    assert moving_again(ana)
    assert sounding(ana)


def test_the_screen_comes_back_with_all_that_needs_it(scene: Scene) -> None:
    """Xvfb dies: Firefox and the window manager follow it and return, and the stream with them."""
    room, container, ana = scene
    container.kill("Xvfb")
    assert "screen" in room.expect(AgentStatus, READY_S, state="notice").message
    assert moving_again(ana)
    assert "keeps failing" not in container.logs()


def test_the_sound_comes_back(scene: Scene) -> None:
    """PulseAudio dies: Firefox connects to the new one, the recording too."""
    room, container, ana = scene
    assert sounding(ana)
    container.kill("pulseaudio")
    assert "sound" in room.expect(AgentStatus, READY_S, state="notice").message
    assert sounding(ana)


def test_what_cannot_be_mended_ends_the_browser_with_a_reason() -> None:
    """Firefox that keeps dying is given up: the room is told, the exit status says so."""
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
        assert container.exit_status(10) == AgentExit.PROCESS_FAILED
