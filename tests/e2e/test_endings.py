"""The ways in which a browser ends by itself: nobody watches, the site is gone, it does not get ready."""

import signal

import pytest

from tests.e2e.test_faults import Room
from tests.support.house import House, docker
from tests.support.servers import Process, wait_for
from vb.protocol.messages import BrowserStart, BrowserStatus

NOWHERE = "ws://host.docker.internal:9"
pytestmark = [pytest.mark.e2e, pytest.mark.docker]


def test_browser_without_viewers_ends(hasty: House) -> None:
    """``-t`` after the last viewer (here: nobody ever watched) the container is gone and the room says why."""
    room = Room(hasty)
    browser = room.start()
    ended = room.until("STOPPED", timeout_s=60)
    assert (ended.reason, ended.message) == (
        "idle",
        "Nobody was watching, so the browser was switched off.",
    )
    wait_for(lambda: room.gone(browser), "the container to go", 60)


def test_site_that_is_gone_for_good_ends_the_browser(hasty: House) -> None:
    """The agent finds no signal server for its timeout and shuts its container down."""
    room = Room(hasty)
    browser = room.start()
    hasty.worker.stop()
    hasty.web.stop(signal.SIGKILL)
    running = ["ps", "-q", "--filter", f"name={room.container(browser)}"]
    wait_for(lambda: not docker(*running).strip(), "the container to end by itself", 60)
    hasty.web.start()
    hasty.worker.start()
    wait_for(lambda: room.gone(browser), "the worker to clean up", 60)
    _, snapshot = room.come_back()
    assert snapshot.browser is not None
    assert snapshot.browser.state == "STOPPED"
    assert snapshot.browser.reason in {"signal_lost", "idle"}


FAILURES: dict[str, tuple[str, dict[str, str]]] = {
    "start_timeout": (
        "in time",
        {"TURTUS_VB_DEFAULT_SIGNAL_SERVER": NOWHERE, "TURTUS_VB_DEFAULT_IDLE_TIMEOUT": "60000"},
    ),
    "site_unreachable": (
        "TURTUS_VB_DEFAULT_SIGNAL_SERVER",
        {"TURTUS_VB_DEFAULT_SIGNAL_SERVER": NOWHERE, "TURTUS_VB_DEFAULT_IDLE_TIMEOUT": "1500"},
    ),
    "image_missing": ("./turtus image", {"TURTUS_VB_IMAGE": "turtus/no-such-image:latest"}),
    "engine_down": ("Docker does not answer", {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}),
}
"""Why a start fails: the words by which a person can act on it, and what is wrong with the worker. The slow first."""
Failing = tuple[Room, BrowserStatus]


@pytest.fixture(scope="module")
def failing(one_hasty_house: House) -> dict[str, Failing]:
    """A room for each reason, whose browser a bad worker has taken up, with its state at that moment.

    What the worker has put on its way goes wrong by itself: the slow ones do while the next worker starts.
    """
    house = one_hasty_house
    house.worker.stop()
    found = {}
    for reason, (_, env) in FAILURES.items():
        bad = Process(house.worker.argv, house.directory / "bad-worker.log", {**house.env, **env})
        bad.start()
        try:
            room = Room(house)
            room.seat.send(BrowserStart())
            found[reason] = (room, room.until("STARTING", "FAILED", timeout_s=60))
        finally:
            bad.stop()
    house.worker.start()
    return found


@pytest.mark.parametrize("reason", ["image_missing", "engine_down", "site_unreachable", "start_timeout"])
def test_start_that_cannot_work_says_why(hasty: House, failing: dict[str, Failing], reason: str) -> None:
    """FAILED with a reason a person can act on; with the cause gone, Retry works; nothing is left."""
    room, failed = failing[reason]
    if failed.state != "FAILED":
        failed = room.until("FAILED", timeout_s=60)
    assert failed.reason == reason
    assert failed.message is not None
    assert FAILURES[reason][0] in failed.message
    wait_for(lambda: room.gone(failed), "the container to go", 60)
    browser = room.start()
    assert browser.id != failed.id
    room.seat.ws.close()
