"""workers.reaper"""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.browser import BrowserState, Reason, agent_peer_id
from tests.support.fake_driver import SilentDriver
from tests.unit.workers.conftest import House
from workers.drivers.base import Exited, Running

S = BrowserState
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("state", [S.STOPPED, S.FAILED, S.LOST])
def test_container_of_a_finished_browser_is_removed(house: House, state: BrowserState) -> None:
    """An orphan, also when its row was deleted with the room."""
    house.driver.containers = {house.browser(state): Running(), "deleted-with-its-room": Running()}
    house.reaper.reconcile()
    assert house.driver.containers == {}


def test_living_browser_keeps_its_container(house: House) -> None:
    """Nothing is touched where rows and containers agree."""
    browser_id = house.browser(S.READY, host="local")
    house.driver.containers[browser_id] = Running()
    house.reaper.reconcile()
    assert house.row(browser_id).state == S.READY
    assert house.driver.containers == {browser_id: Running()}


def test_dead_and_vanished_containers_are_followed_up(house: House) -> None:
    """One exited, one is gone: each row ends with its reason."""
    dead = house.browser(S.READY, host="local", udp_port=1)
    gone = house.browser(S.READY, host="local", udp_port=2)
    house.driver.containers[dead] = Exited(137)
    house.reaper.reconcile()
    assert (house.row(dead).state, house.row(dead).reason) == (S.FAILED, Reason.KILLED)
    assert (house.row(gone).state, house.row(gone).reason) == (S.LOST, Reason.GONE)


def test_other_hosts_are_not_judged(house: House) -> None:
    """This host knows nothing of another one's containers."""
    browser_id = house.browser(S.READY, host="elsewhere")
    house.reaper.reconcile()
    assert house.row(browser_id).state == S.READY


def test_silent_engine_changes_nothing(tmp_path: Path) -> None:
    """Unknown is not gone."""
    house = House(tmp_path, SilentDriver())
    browser_id = house.browser(S.READY, host="local")
    house.reaper.reconcile()
    assert house.row(browser_id).state == S.READY


def test_orphan_that_cannot_be_removed_waits_for_the_next_pass(tmp_path: Path) -> None:
    """The engine fell silent in the middle of the pass."""

    class FallsSilent(SilentDriver):
        silent = False

        def remove(self, browser_id: str) -> None:
            self.silent = True
            super().remove(browser_id)

    house = House(tmp_path, FallsSilent())
    house.driver.containers = {"orphan": Running()}
    house.reaper.reconcile()
    assert house.driver.containers == {"orphan": Running()}


def test_start_that_takes_too_long_fails(house: House) -> None:
    """FAILED with START_TIMEOUT, and its container is stopped."""
    browser_id = house.browser(S.STARTING, host="local")
    house.now += timedelta(seconds=29)
    house.reaper.cull()
    assert house.row(browser_id).state == S.STARTING
    house.now += SECOND
    house.reaper.cull()
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (S.FAILED, Reason.START_TIMEOUT)
    assert house.dispatcher.stopped == [(browser_id, "local")]


@pytest.mark.parametrize(
    ("column", "reason"), [("idle_deadline", Reason.IDLE), ("end_deadline", Reason.MAX_SESSION)]
)
def test_ready_browser_over_time_is_stopped(house: House, column: str, reason: Reason) -> None:
    """READY -> STOPPING with the reason; its host finishes it."""
    browser_id = house.browser(S.READY, host="local", start_deadline=None, **{column: house.now + SECOND})
    house.reaper.cull()
    assert house.row(browser_id).state == S.READY
    house.now += SECOND
    house.reaper.cull()
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (S.STOPPING, reason)
    assert house.dispatcher.stopped == [(browser_id, "local")]
    assert house.bus.states() == ["STOPPING"]


def test_stopping_that_hangs_is_stopped_again(house: House) -> None:
    """The stop task was lost, or the engine was silent: it is handed out again, with a new deadline."""
    browser_id = house.browser(S.STOPPING, host="local", start_deadline=None, stop_deadline=house.now)
    house.reaper.cull()
    house.reaper.cull()
    assert house.dispatcher.stopped == [(browser_id, "local")]


def test_request_that_the_broker_lost_is_handed_out_again(house: House) -> None:
    """Accepted work is derived from the database."""
    browser_id = house.browser()
    house.reaper.cull()
    assert house.dispatcher.started == []
    house.now += timedelta(seconds=5)
    house.reaper.cull()
    assert house.dispatcher.started == [browser_id]


def test_deadline_of_a_browser_that_just_ended_is_harmless(house: House) -> None:
    """Somebody else moved it between the look and the act."""
    browser_id = house.browser(S.READY, host="local", start_deadline=None, idle_deadline=house.now)
    with house.database.work() as work:
        work.browsers.move(browser_id, S.STOPPED, house.now)
    assert not house.reaper._end(browser_id, house.now)
    assert house.row(browser_id).state == S.STOPPED


def test_lifted_deadline_is_respected(house: House) -> None:
    """Somebody watches again since the sweep looked."""
    browser_id = house.browser(S.READY, host="local", start_deadline=None, idle_deadline=house.now)
    with house.database.work() as work:
        row = work.browsers.get(browser_id)
        assert row is not None
        row.idle_deadline = None
    assert not house.reaper._end(browser_id, house.now)
    assert house.row(browser_id).state == S.READY


def test_browser_of_a_silent_host_is_lost(house: House) -> None:
    """Its room is free again; should the host come back, its container has no living row any more."""
    browser_id = house.browser(S.READY, host="mars", udp_port=1)
    stopping = house.browser(S.STOPPING, host="mars", udp_port=2, reason=Reason.STOPPED_BY)
    here = house.browser(S.READY, host="local", udp_port=1)
    elsewhere = house.browser(S.READY, host="venus")
    house.hosts.mute = {"mars", "local"}
    house.reaper.cull()
    assert (house.row(browser_id).state, house.row(browser_id).reason) == (S.LOST, Reason.HOST_SILENT)
    assert (house.row(stopping).state, house.row(stopping).reason) == (S.LOST, Reason.STOPPED_BY)
    assert {house.row(each).state for each in (here, elsewhere)} == {S.READY}


def test_browser_whose_agent_is_in_the_room_is_not_lost(house: House) -> None:
    """Only the worker of its host is away: people watch it."""
    browser_id = house.browser(S.READY, host="mars")
    house.hosts.mute = {"mars"}
    house.rooms.places = {agent_peer_id(browser_id)}
    house.reaper.cull()
    assert house.row(browser_id).state == S.READY


def test_without_the_board_nobody_is_lost(house: House) -> None:
    """Unknown is not silent."""
    browser_id = house.browser(S.READY, host="mars")
    house.hosts.mute, house.hosts.down = {"mars"}, True
    house.reaper.cull()
    assert house.row(browser_id).state == S.READY
