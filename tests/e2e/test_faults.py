"""Any part may be killed: people see a reason or a pause, and nothing is left behind.

Seats over real sockets stand for people; the browsers are real containers.
"""

import signal
import time
from collections.abc import Iterator

import pytest
from redis import Redis
from websockets.exceptions import WebSocketException

from tests.support.house import House, docker
from tests.support.people import Seat, Visitor
from tests.support.servers import wait_for
from vb.protocol.messages import (
    BrowserChanged,
    BrowserNotice,
    BrowserStart,
    BrowserStatus,
    BrowserStop,
    Chat,
    ChatSend,
    Identity,
    Snapshot,
)

pytestmark = [pytest.mark.e2e, pytest.mark.docker]
OVER = ("STOPPED", "FAILED", "LOST")


class Room:
    """A person in a room of their own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ana: Visitor = house.person()
        self.slug = self.ana.create_room("Faults", "turtus:still")
        self.seat = self.ana.sit(self.slug)
        self.seat.settle()

    def until(self, *states: str, timeout_s: float = 40.0) -> BrowserStatus:
        """Wait for the browser to reach one of these states."""
        deadline = time.monotonic() + timeout_s
        while True:
            left = max(0.1, deadline - time.monotonic())
            browser = self.seat.expect(BrowserChanged, timeout_s=left).browser
            if browser.state in states:
                return browser
            assert browser.state not in OVER, browser

    def start(self) -> BrowserStatus:
        """Start a browser and wait until it is ready."""
        self.seat.send(BrowserStart())
        return self.until("READY")

    def come_back(self, timeout_s: float = 30.0) -> tuple[Identity, Snapshot]:
        """Take a new seat, instead of the old one, when the server lets us."""
        self.seat.ws.close()
        found: list[Seat] = []

        def sit() -> bool:
            try:
                seat = self.ana.sit(self.slug)
                self.identity, self.snapshot = seat.settle()
            except (OSError, AssertionError, WebSocketException):
                return False
            found.append(seat)
            return True

        wait_for(sit, "a seat", timeout_s)
        self.seat = found[0]
        return self.identity, self.snapshot

    def container(self, browser: BrowserStatus) -> str:
        return f"turtus-vb-{browser.id}"

    def gone(self, browser: BrowserStatus) -> bool:
        return not docker("ps", "-aq", "--filter", f"name={self.container(browser)}").strip()


@pytest.fixture
def room(house: House) -> Iterator[Room]:
    room = Room(house)
    yield room
    room.seat.ws.close()


def kill_inside(container: str, pattern: str) -> None:
    """SIGKILL to the first process of the container whose command line matches."""
    script = """for each in /proc/[0-9]*; do
        if tr '\\0' ' ' <"$each/cmdline" 2>/dev/null | grep -q "$1"; then exec kill -9 "${each#/proc/}"; fi
    done; exit 1"""
    docker("exec", container, "bash", "-c", script, "-", pattern)


def retry_works(room: Room) -> None:
    """After a failure a new browser gets ready and stops."""
    browser = room.start()
    room.seat.send(BrowserStop())
    room.until("STOPPED")
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_start_and_stop_leave_nothing(room: Room) -> None:
    """The steps in order, one container, which is gone after Stop, with the name of who stopped it."""
    room.seat.send(BrowserStart())
    room.seat.send(BrowserStart())
    browser = room.until("READY")
    assert [step.state for step in browser.steps] == ["REQUESTED", "CREATING", "STARTING", "READY"]
    assert len(docker("ps", "-q", "--filter", f"name={room.container(browser)}").split()) == 1
    room.seat.send(BrowserStop())
    stopped = room.until("STOPPED")
    assert stopped.message is not None
    assert stopped.message.endswith(" stopped the browser.")
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_killed_container_is_said_and_retried(room: Room) -> None:
    """FAILED soon, with a reason; Retry works."""
    browser = room.start()
    docker("kill", room.container(browser))
    failed = room.until("FAILED", timeout_s=40)
    assert failed.reason == "killed"
    wait_for(lambda: room.gone(browser), "the container to go", 40)
    retry_works(room)


def test_removed_container_is_lost(room: Room) -> None:
    """Somebody tidied up by hand."""
    browser = room.start()
    docker("rm", "-f", room.container(browser))
    assert room.until("LOST", "FAILED", timeout_s=40).reason in {"gone", "killed"}


def test_crashed_agent_is_said(room: Room) -> None:
    """The agent's own process is killed from inside: its container ends, and the room learns why."""
    browser = room.start()
    kill_inside(room.container(browser), "^[^ ]*[p]ython[^ ]* -m vb")
    assert room.until("FAILED", timeout_s=40).reason in {"killed", "crashed"}
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_crashed_firefox_is_restarted(room: Room) -> None:
    """People get a notice; the browser is the same and stays ready."""
    browser = room.start()
    kill_inside(room.container(browser), "^[^ ]*[f]irefox-esr --no-remote")
    assert "Firefox" in room.seat.expect(BrowserNotice, timeout_s=40).message
    room.seat.nothing_of(BrowserChanged, 1.0)
    room.seat.send(BrowserStop())
    room.until("STOPPED")


def test_killed_worker_costs_nothing(room: Room) -> None:
    """The browser goes on without it; Stop waits for its return."""
    browser = room.start()
    room.house.worker.stop(signal.SIGKILL)
    room.seat.nothing_of(BrowserChanged, 1.5)
    room.seat.send(BrowserStop())
    room.until("STOPPING")
    room.house.worker.start()
    room.until("STOPPED", timeout_s=40)
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_request_made_without_a_worker_is_served_later(room: Room) -> None:
    """Accepted work waits in the database and the broker."""
    room.house.worker.stop(signal.SIGKILL)
    room.seat.send(BrowserStart())
    room.until("REQUESTED")
    room.house.worker.start()
    browser = room.until("READY", timeout_s=40)
    room.seat.send(BrowserStop())
    room.until("STOPPED")
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_killed_web_server_keeps_browser_and_chat(room: Room) -> None:
    """Every web process dies; when they are back, it is the same browser and the same chat."""
    browser = room.start()
    room.seat.send(ChatSend(text="still here?", client_msg_id="1"))
    room.seat.expect(Chat)
    room.house.web.stop(signal.SIGKILL)
    room.house.web.start()
    _, snapshot = room.come_back()
    assert snapshot.browser is not None
    assert (snapshot.browser.id, snapshot.browser.state) == (browser.id, "READY")
    assert [line.text for line in snapshot.messages] == ["still here?"]
    agent = f"vb-{browser.id}"
    wait_for(lambda: agent in {peer.id for peer in room.come_back()[1].peers}, "the agent", 40)
    room.seat.send(BrowserStop())
    room.until("STOPPED")


def test_killed_redis_keeps_browser_and_chat(room: Room) -> None:
    """All that Redis held is gone: a pause, then the same browser and chat, and Stop works."""
    browser = room.start()
    room.seat.send(ChatSend(text="before", client_msg_id="1"))
    room.seat.expect(Chat)
    room.house.redis.stop(signal.SIGKILL)
    time.sleep(1)
    room.house.redis.start()
    _, snapshot = room.come_back()
    assert snapshot.browser is not None
    assert (snapshot.browser.id, snapshot.browser.state) == (browser.id, "READY")
    assert [line.text for line in snapshot.messages] == ["before"]
    room.seat.send(BrowserStop())
    room.until("STOPPED", timeout_s=40)
    wait_for(lambda: room.gone(browser), "the container to go", 40)


def test_flushed_redis_keeps_everybody(room: Room) -> None:
    """FLUSHALL in the middle of the evening: sockets stay, presence is rebuilt, Stop works."""
    browser = room.start()
    with Redis(port=room.house.redis.port) as client:
        client.flushall()
    _, snapshot = room.come_back()
    assert snapshot.browser is not None
    assert snapshot.browser.id == browser.id
    wait_for(lambda: f"vb-{browser.id}" in {peer.id for peer in room.come_back()[1].peers}, "the agent", 40)
    room.seat.send(BrowserStop())
    room.until("STOPPED", timeout_s=40)
