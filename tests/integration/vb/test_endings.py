"""The ways in which a browser ends, each with its exit status (S10)."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from tests.support.vb_container import browser
from tests.support.vb_room import FakeRoom
from tests.support.vb_viewer import viewer
from vb.protocol.exits import AgentExit
from vb.protocol.limits import CloseCode
from vb.protocol.messages import AgentStatus, AgentViewers, Bye, Shutdown

pytestmark = pytest.mark.docker
READY_S = 60.0


@pytest.fixture(scope="module")
def unwatched() -> Iterator[dict[str, Future[None]]]:
    """Endings that nobody watches, one after the other beside those that somebody does."""
    with ThreadPoolExecutor(1) as pool:
        yield {each.__name__: pool.submit(each) for each in (nobody_comes, sigterm, refused, wrong_arguments)}


def test_a_shutdown_message_ends_it(chromium: Browser, unwatched: object) -> None:
    """Viewers are told goodbye, the room is told why, and within 2 s it is gone."""
    with FakeRoom() as room, browser(room.port) as container, viewer(chromium, room) as ana:
        room.expect(AgentStatus, READY_S, state="ready")
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        began = time.monotonic()
        room.send(Shutdown(reason="Ana pressed Stop"))
        assert room.expect(AgentStatus, state="stopping").message == "Asked to stop: Ana pressed Stop."
        assert room.expect(Bye, to=ana.peer.id).reason
        assert container.exit_status(30) == AgentExit.STOPPED
        assert time.monotonic() - began < 4.0


def test_the_timeout_ends_it_after_the_last_viewer(chromium: Browser, unwatched: object) -> None:
    """Not while somebody watches, however long; not before the timeout; soon after."""
    with FakeRoom() as room, browser(room.port, "-t", "1500") as container, viewer(chromium, room) as ana:
        room.wait_for_agent()
        ana.join(via="127.0.0.1")
        room.expect(AgentViewers, count=1)
        ana.wait_for_picture(READY_S)
        ana.page.wait_for_timeout(2500)
        ana.close()
        room.expect(AgentViewers, count=0)
        began = time.monotonic()
        assert room.expect(AgentStatus, state="stopping").reason == "idle"
        assert time.monotonic() - began > 1.2
        assert container.exit_status(30) == AgentExit.IDLE


def nobody_comes() -> None:
    with FakeRoom() as room, browser(room.port, "-t", "1000") as container:
        room.expect(AgentStatus, READY_S, state="ready")
        assert container.exit_status(30) == AgentExit.IDLE


def test_the_timeout_ends_it_when_nobody_comes(unwatched: dict[str, Future[None]]) -> None:
    """Counted from ready."""
    unwatched["nobody_comes"].result()


def test_the_signal_server_going_away_for_good_ends_it(chromium: Browser, unwatched: object) -> None:
    """After the same timeout, though somebody still watches."""
    room = FakeRoom().start()
    with browser(room.port, "-t", "2000") as container, viewer(chromium, room) as ana:
        room.wait_for_agent()
        ana.join(via="127.0.0.1")
        ana.wait_for_picture(READY_S)
        room.stop()
        began = time.monotonic()
        assert container.exit_status(60) == AgentExit.SIGNAL_LOST
        assert time.monotonic() - began > 1.5


def refused() -> None:
    with FakeRoom() as room:
        room.close_with = CloseCode.NO_SESSION
        with browser(room.port) as container:
            assert container.exit_status(60) == AgentExit.REFUSED


def test_a_refused_token_ends_it(unwatched: dict[str, Future[None]]) -> None:
    """At once: trying again is of no use."""
    unwatched["refused"].result()


def sigterm() -> None:
    with FakeRoom() as room, browser(room.port) as container:
        room.expect(AgentStatus, READY_S, state="ready")
        began = time.monotonic()
        assert container.stop() == AgentExit.STOPPED
        assert time.monotonic() - began < 4.0
        room.expect(AgentStatus, state="stopping")


def test_sigterm_ends_it_in_order(unwatched: dict[str, Future[None]]) -> None:
    """As ``docker stop`` sends it: told to the room, and no SIGKILL is needed."""
    unwatched["sigterm"].result()


def wrong_arguments() -> None:
    with FakeRoom() as room, browser(room.port, "--url", "ftp://x") as container:
        assert container.exit_status(60) == AgentExit.USAGE
        assert "neither a web address" in container.logs()


def test_wrong_arguments_end_it_with_a_sentence(unwatched: dict[str, Future[None]]) -> None:
    """Status 2, as for any command."""
    unwatched["wrong_arguments"].result()
