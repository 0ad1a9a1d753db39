"""The ways in which a browser ends by itself: nobody watches, the site is gone, it does not get ready."""

import signal

import pytest

from tests.e2e.test_faults import Room
from tests.support.house import House, docker
from tests.support.servers import Process, wait_for
from vb.protocol.messages import BrowserStart

NOWHERE = "ws://host.docker.internal:9"
pytestmark = [pytest.mark.e2e, pytest.mark.docker]


def test_browser_without_viewers_ends(hasty: House) -> None:
    """``-t`` after the last viewer (here: nobody ever watched) the container is gone and the room says why."""
    room = Room(hasty)
    browser = room.start()
    ended = room.until("STOPPED", timeout_s=20)
    assert (ended.reason, ended.message) == (
        "idle",
        "Nobody was watching, so the browser was switched off.",
    )
    wait_for(lambda: room.gone(browser), "the container to go")


def test_site_that_is_gone_for_good_ends_the_browser(hasty: House) -> None:
    """The agent finds no signal server for its timeout and shuts its container down."""
    room = Room(hasty)
    browser = room.start()
    hasty.worker.stop()
    hasty.web.stop(signal.SIGKILL)
    running = ["ps", "-q", "--filter", f"name={room.container(browser)}"]
    wait_for(lambda: not docker(*running).strip(), "the container to end by itself", 30)
    hasty.web.start()
    hasty.worker.start()
    wait_for(lambda: room.gone(browser), "the worker to clean up", 30)
    _, snapshot = room.come_back()
    assert snapshot.browser is not None
    assert snapshot.browser.state == "STOPPED"
    assert snapshot.browser.reason in {"signal_lost", "idle"}


@pytest.mark.parametrize(
    ("env", "reason", "words"),
    [
        ({"TURTUS_VB_IMAGE": "turtus/no-such-image:latest"}, "image_missing", "./turtus image"),
        ({"DOCKER_HOST": "unix:///nonexistent/docker.sock"}, "engine_down", "Docker does not answer"),
        ({"TURTUS_VB_DEFAULT_SIGNAL_SERVER": NOWHERE}, "site_unreachable", "TURTUS_VB_DEFAULT_SIGNAL_SERVER"),
        (
            {
                "TURTUS_VB_DEFAULT_SIGNAL_SERVER": NOWHERE,
                "TURTUS_VB_DEFAULT_IDLE_TIMEOUT": "60000",
                "TURTUS_VB_START_TIMEOUT": "8",
            },
            "start_timeout",
            "in time",
        ),
    ],
)
def test_start_that_cannot_work_says_why(hasty: House, env: dict[str, str], reason: str, words: str) -> None:
    """FAILED with a reason a person can act on; with the cause gone, Retry works; nothing is left."""
    good = hasty.worker
    good.stop()
    bad = Process(good.argv, hasty.directory / "bad-worker.log", {**hasty.env, **env})
    bad.start()
    room = Room(hasty)
    try:
        room.seat.send(BrowserStart())
        failed = room.until("FAILED", timeout_s=45)
    finally:
        bad.stop()
        good.start()
    assert failed.reason == reason
    assert failed.message is not None
    assert words in failed.message
    wait_for(lambda: room.gone(failed), "the container to go", 30)
    browser = room.start()
    assert browser.id != failed.id
