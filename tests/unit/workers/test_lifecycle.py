"""workers.lifecycle"""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.browser import BrowserState, Reason, agent_peer_id
from app.domain.tokens import hash_token
from tests.support.fake_driver import FakeDriver, SilentDriver
from tests.unit.workers.conftest import House
from vb.protocol.exits import AgentExit
from vb.protocol.messages import ControlChanged, PeerLeft
from workers.drivers.base import (
    Exited,
    Gone,
    Poll,
    Running,
    Unreachable,
)
from workers.lifecycle import outcome

S = BrowserState


def test_start_claims_creates_and_starts(house: House) -> None:
    """REQUESTED -> CREATING -> STARTING, each told to the room, with a port of the range and a token."""
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    row = house.row(browser_id)
    assert row.state == S.STARTING
    assert house.bus.states() == ["CREATING", "STARTING"]
    assert [name for name, _ in row.steps] == ["CREATING", "STARTING"]
    assert house.driver.containers == {browser_id: Running()}
    assert row.container_id == f"container-of-{browser_id}"
    assert 59000 <= (row.udp_port or 0) <= 59199
    spec = house.driver.specs[0]
    assert spec.udp_port == row.udp_port
    assert row.token_hash == hash_token(spec.env["TURTUS_VB_TOKEN"])
    assert spec.args[:4] == (
        "--signal-server",
        "ws://host.docker.internal:8443/signal/slug1",
        "--timeout",
        "60000",
    )


def test_limits_of_files_reach_container_and_agent(tmp_path: Path) -> None:
    """The agent's settings, and the sizes of the two folders; Uploads holds two of the largest."""
    limits = {"TURTUS_VB_UPLOAD_MB": "7", "TURTUS_VB_DOWNLOAD_MB": "0", "TURTUS_VB_DOWNLOAD_KEEP_MIN": "5"}
    house = House(tmp_path, FakeDriver(), **limits)
    house.lifecycle.start(house.browser())
    spec = house.driver.specs[0]
    assert {name: spec.env[name] for name in limits} == limits
    assert (spec.uploads_mb, spec.downloads_mb) == (14, 0)


@pytest.mark.parametrize(("image", "state"), [("mine/chromium:1", S.STARTING), ("", S.FAILED)])
def test_the_kind_decides_the_image(tmp_path: Path, image: str, state: BrowserState) -> None:
    """A host that has none for it says so, and makes no container."""
    house = House(tmp_path, FakeDriver(), TURTUS_VB_CHROMIUM_IMAGE=image)
    browser_id = house.browser(kind="chromium")
    house.lifecycle.start(browser_id)
    row = house.row(browser_id)
    assert (row.state, row.reason) == (state, None if image else Reason.IMAGE_MISSING)
    assert [spec.image for spec in house.driver.specs] == ([image] if image else [])


def test_container_learns_no_secret_but_its_token(house: House) -> None:
    """Neither Redis, nor the database, nor the secret key are in what a container is given."""
    house.lifecycle.start(house.browser())
    given = " ".join([*house.driver.specs[0].args, *house.driver.specs[0].env.values()])
    settings = house.settings
    for hidden in (settings.redis_url, settings.database_url, settings.secret_key, "redis"):
        assert hidden not in given


def test_start_twice_is_one_container(house: House) -> None:
    """A task that is delivered again finds the work taken."""
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    house.lifecycle.start(browser_id)
    assert len(house.driver.specs) == 1


@pytest.mark.parametrize("state", [S.STOPPING, S.STOPPED, S.FAILED])
def test_start_of_what_was_called_off_does_nothing(house: House, state: BrowserState) -> None:
    """Somebody pressed Stop before a worker came to it."""
    house.lifecycle.start(house.browser(state))
    assert house.driver.specs == []


def test_start_of_nothing_does_nothing(house: House) -> None:
    """A room that was deleted took its browser along."""
    house.lifecycle.start("gone")
    assert house.driver.specs == []


def test_agent_that_is_ready_first_keeps_its_state(house: House) -> None:
    """READY was reported while the engine's answer was still on its way."""

    class QuickDriver(FakeDriver):
        def start(self, browser_id: str) -> None:
            super().start(browser_id)
            with house.database.work() as work:
                work.browsers.move(browser_id, S.READY, house.now)

    house.lifecycle._driver = QuickDriver()
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert house.row(browser_id).state == S.READY
    assert house.row(browser_id).container_id


@pytest.mark.parametrize("state", [S.STOPPING, S.FAILED])
def test_browser_called_off_during_its_start_is_stopped(house: House, state: BrowserState) -> None:
    """Stop was pressed while the container was made: it does not stay."""

    class SlowDriver(FakeDriver):
        def start(self, browser_id: str) -> None:
            super().start(browser_id)
            with house.database.work() as work:
                work.browsers.move(browser_id, state, house.now)

    driver = SlowDriver()
    house.lifecycle._driver = driver
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert driver.containers == {}
    assert house.row(browser_id).state == (S.STOPPED if state is S.STOPPING else S.FAILED)


def test_room_deleted_during_the_start_leaves_no_container(house: House) -> None:
    """The row is gone when the engine answers."""

    class SlowDriver(FakeDriver):
        def start(self, browser_id: str) -> None:
            super().start(browser_id)
            with house.database.work() as work:
                row = work.browsers.get(browser_id)
                assert row is not None
                work.rooms.remove(row.room_id)

    driver = SlowDriver()
    house.lifecycle._driver = driver
    house.lifecycle.start(house.browser())
    assert driver.containers == {}


def test_stop_removes_and_marks(house: House) -> None:
    """STOPPING -> STOPPED; the reason that people gave stays."""
    browser_id = house.browser(S.STOPPING, reason=Reason.IDLE, message="Nobody was watching.")
    house.driver.containers[browser_id] = Running()
    house.lifecycle.stop(browser_id)
    row = house.row(browser_id)
    assert (row.state, row.reason) == (S.STOPPED, Reason.IDLE)
    assert row.token_hash is None
    assert house.driver.containers == {}
    house.lifecycle.stop(browser_id)
    assert house.bus.states() == ["STOPPED"]


def test_stop_without_an_engine_is_tried_again_later(tmp_path: Path) -> None:
    """Unknown is not gone: the browser stays STOPPING."""
    house = House(tmp_path, SilentDriver())
    browser_id = house.browser(S.STOPPING)
    house.lifecycle.stop(browser_id)
    assert house.row(browser_id).state == S.STOPPING


def test_failed_start_without_an_engine_leaves_the_row_failed(tmp_path: Path) -> None:
    """Even the clean-up cannot reach the engine; the reconciler does it later."""
    house = House(tmp_path, SilentDriver())
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert house.row(browser_id).reason == Reason.ENGINE_DOWN


@pytest.mark.parametrize(
    ("exited", "state", "reason"),
    [
        (Exited(0), S.FAILED, Reason.KILLED),
        (Exited(137), S.FAILED, Reason.KILLED),
        (Exited(137, out_of_memory=True), S.FAILED, Reason.OUT_OF_MEMORY),
        (Exited(AgentExit.IDLE), S.STOPPED, Reason.IDLE),
        (Exited(AgentExit.SIGNAL_LOST), S.STOPPED, Reason.SIGNAL_LOST),
        (Exited(AgentExit.REFUSED), S.FAILED, Reason.REFUSED),
        (Exited(AgentExit.PROCESS_FAILED), S.FAILED, Reason.PROCESS_FAILED),
        (Exited(AgentExit.START_FAILED), S.FAILED, Reason.START_FAILED),
        (Exited(AgentExit.USAGE), S.FAILED, Reason.START_FAILED),
        (Exited(AgentExit.CRASHED), S.FAILED, Reason.CRASHED),
        (Exited(1), S.FAILED, Reason.CRASHED),
    ],
)
def test_exit_tells_why(house: House, exited: Exited, state: BrowserState, reason: Reason) -> None:
    """check follows an exit that nobody had asked for, and removes the container."""
    assert outcome(S.READY, exited) == (state, reason)
    browser_id = house.browser(S.READY)
    house.driver.containers[browser_id] = exited
    house.lifecycle.check(browser_id)
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (state, reason)
    assert house.driver.containers == {}


def test_agent_that_never_reached_the_site_says_so(house: House) -> None:
    """SIGNAL_LOST before it was ready is a wrong address or certificate, not the end of an evening."""
    browser_id = house.browser(S.STARTING)
    house.driver.containers[browser_id] = Exited(AgentExit.SIGNAL_LOST)
    house.lifecycle.check(browser_id)
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (S.FAILED, Reason.SITE_UNREACHABLE)


def test_check_leaves_what_runs(house: House) -> None:
    """The agent's socket broke, its container did not."""
    browser_id = house.browser(S.READY)
    house.driver.containers[browser_id] = Running()
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.READY


def test_end_frees_control(house: House) -> None:
    """Nobody drives a browser that is over; the room is told."""
    browser_id = house.browser(S.READY)
    house.driver.containers[browser_id] = Exited(137)
    house.lifecycle.check(browser_id)
    assert [control.holder for control in house.rooms.controls.values()] == [None]
    assert sum(isinstance(event, ControlChanged) for _, event in house.bus.events) == 1


def test_end_takes_the_agents_place_along(house: House) -> None:
    """Nobody sees a dead browser's agent for the rest of its grace; told once."""
    browser_id = house.browser(S.READY)
    house.rooms.places = {agent_peer_id(browser_id), "ana"}
    house.driver.containers[browser_id] = Exited(137)
    house.lifecycle.check(browser_id)
    house.lifecycle.stop(browser_id)
    left = [event.id for _, event in house.bus.events if isinstance(event, PeerLeft)]
    assert left == [agent_peer_id(browser_id)]
    assert house.rooms.places == {"ana"}


def test_late_stop_leaves_the_next_browsers_driver_alone(house: House) -> None:
    """The first one had failed, and its container is removed while the second one is driven."""
    first = house.browser(S.FAILED)
    house.browser(S.READY, room_id=house.row(first).room_id, created_at=house.now + timedelta(seconds=1))
    house.lifecycle.stop(first)
    assert house.rooms.controls == {}


def test_check_follows_the_row_that_it_read(house: House) -> None:
    """The container was not there yet when it looked, and is being started now."""
    browser_id = house.browser(S.CREATING, host="local")

    class StartsMeanwhile(FakeDriver):
        def poll(self, browser_id: str) -> Poll:
            found = super().poll(browser_id)
            with house.database.work() as work:
                work.browsers.move(browser_id, S.STARTING, house.now)
            self.containers[browser_id] = Running()
            return found

    house.lifecycle._driver = driver = StartsMeanwhile()
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.STARTING
    assert driver.containers == {browser_id: Running()}


def test_check_leaves_a_row_that_moved_on_to_the_next_look(house: House) -> None:
    """Somebody pressed Stop, and the agent obeyed: it was not killed."""
    browser_id = house.browser(S.READY, host="local")

    class StoppedMeanwhile(FakeDriver):
        def poll(self, browser_id: str) -> Poll:
            with house.database.work() as work:
                work.browsers.move(browser_id, S.STOPPING, house.now, reason=Reason.STOPPED_BY)
            return Exited(AgentExit.STOPPED)

    house.lifecycle._driver = StoppedMeanwhile()
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.STOPPING
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.STOPPED


def test_check_of_a_vanished_container_is_lost(house: House) -> None:
    """Somebody removed it by hand."""
    browser_id = house.browser(S.READY)
    house.lifecycle.check(browser_id)
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (S.LOST, Reason.GONE)


@pytest.mark.parametrize("state", [S.REQUESTED, S.CREATING])
def test_check_before_the_container_exists_waits(house: House, state: BrowserState) -> None:
    """What is not made yet is not lost."""
    browser_id = house.browser(state)
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == state


@pytest.mark.parametrize("poll", [Gone(), Exited(AgentExit.STOPPED)])
def test_check_of_a_stopping_browser_finishes_it(house: House, poll: Gone | Exited) -> None:
    """However it ended, it was meant to."""
    browser_id = house.browser(S.STOPPING, reason=Reason.STOPPED_BY)
    if isinstance(poll, Exited):
        house.driver.containers[browser_id] = poll
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.STOPPED


def test_check_without_an_answer_changes_nothing(house: House) -> None:
    """Unreachable is not Gone."""
    browser_id = house.browser(S.READY)
    house.driver.containers[browser_id] = Unreachable("no answer")
    house.lifecycle.check(browser_id)
    assert house.row(browser_id).state == S.READY


@pytest.mark.parametrize("state", [S.STOPPED, S.FAILED, S.LOST])
def test_check_of_what_is_over_does_nothing(house: House, state: BrowserState) -> None:
    """Nor of what is not there."""
    browser_id = house.browser(state)
    house.lifecycle.check(browser_id)
    house.lifecycle.check("nobody")
    assert house.bus.events == []


def test_certificate_is_handed_over(tmp_path: Path) -> None:
    """With HTTPS the container gets the certificate that it has to trust."""
    certificate = tmp_path / "site.cert"
    certificate.write_text("-----BEGIN CERTIFICATE-----")
    house = House(tmp_path, FakeDriver(), TURTUS_SERVER_USE_HTTPS="1", TURTUS_SERVER_CERT=str(certificate))
    house.lifecycle.start(house.browser())
    spec = house.driver.specs[0]
    assert spec.env["TURTUS_VB_SIGNAL_CA"] == "-----BEGIN CERTIFICATE-----"
    assert spec.args[1].startswith("wss://host.docker.internal:8443/signal/")
