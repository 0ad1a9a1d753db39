"""workers.lifecycle: starts that cannot be, for want of an engine, an image, a port or room on the host."""

import itertools
import random
from pathlib import Path

import pytest

from app.domain.browser import BrowserState, Reason
from app.persistence.browsers import Browsers
from tests.support.fake_driver import BadDriver, FakeDriver
from tests.unit.workers.conftest import House
from workers.drivers.base import (
    CreateFailed,
    DriverError,
    EngineDown,
    ImageMissing,
    NoResources,
    PortTaken,
    Spec,
)

S = BrowserState


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (EngineDown("x"), Reason.ENGINE_DOWN),
        (ImageMissing("x"), Reason.IMAGE_MISSING),
        (NoResources("x"), Reason.NO_RESOURCES),
        (CreateFailed("x"), Reason.CREATE_FAILED),
    ],
)
def test_refused_start_fails_with_its_reason(tmp_path: Path, error: DriverError, reason: Reason) -> None:
    """FAILED, with a sentence, and nothing is left behind."""
    house = House(tmp_path, BadDriver(error))
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    row = house.row(browser_id)
    assert (row.state, row.reason) == (S.FAILED, reason)
    assert row.message
    assert row.ended_at == house.now
    assert house.driver.containers == {}


def test_taken_port_is_left_for_another(tmp_path: Path) -> None:
    """A port that some other program has is not tried again."""
    house = House(tmp_path, BadDriver(PortTaken("x"), PortTaken("x")), TURTUS_VB_PORT_RANGE="59000-59009")
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    ports = [spec.udp_port for spec in house.driver.specs]
    assert len(ports) == 3
    assert ports[0] != ports[1]
    assert house.row(browser_id).udp_port == ports[-1]
    assert house.row(browser_id).state == S.STARTING


@pytest.mark.parametrize("ports", ["59000-59009", "59000-59000"])
def test_every_port_taken_fails(tmp_path: Path, ports: str) -> None:
    """After a few tries, or when the range has no other, it fails with NO_PORT."""
    house = House(tmp_path, BadDriver(*[PortTaken("x") for _ in range(9)]), TURTUS_VB_PORT_RANGE=ports)
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert house.row(browser_id).reason == Reason.NO_PORT


def test_full_range_fails_before_anything_is_made(tmp_path: Path) -> None:
    """Two browsers on a range of one port."""
    house = House(tmp_path, FakeDriver(), TURTUS_VB_PORT_RANGE="59000-59000")
    first, second = house.browser(), house.browser()
    house.lifecycle.start(first)
    house.lifecycle.start(second)
    assert house.row(first).state == S.STARTING
    assert house.row(second).reason == Reason.NO_PORT
    assert len(house.driver.specs) == 1


def test_host_that_runs_enough_fails_the_next(tmp_path: Path) -> None:
    """NO_RESOURCES; what is over, and what other hosts run, does not count."""
    house = House(tmp_path, FakeDriver(), TURTUS_VB_MAX_BROWSERS="1")
    house.browser(S.STOPPED, host="local")
    house.browser(S.READY, host="mars")
    first, second = house.browser(), house.browser()
    house.lifecycle.start(first)
    house.lifecycle.start(second)
    assert house.row(first).state == S.STARTING
    assert (house.row(second).state, house.row(second).reason) == (S.FAILED, Reason.NO_RESOURCES)
    assert len(house.driver.specs) == 1


def test_full_host_does_not_fail_what_it_runs(tmp_path: Path) -> None:
    """The task was delivered again: its browser is the one that fills the host."""
    house = House(tmp_path, FakeDriver(), TURTUS_VB_PORT_RANGE="59000-59000", TURTUS_VB_MAX_BROWSERS="1")
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    house.lifecycle.start(browser_id)
    assert house.row(browser_id).state == S.STARTING


def test_port_that_another_start_was_given_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own port is taken, and so is the first other one, since it looked: it takes the third."""
    house = House(tmp_path, BadDriver(PortTaken("x")), TURTUS_VB_PORT_RANGE="59000-59002")
    rival = house.browser(S.STARTING, host="local", udp_port=59001)
    looks = iter([{59001, 59002}, {59000}, {59000, 59001}])
    monkeypatch.setattr(Browsers, "ports_in_use", lambda self, host: next(looks))
    monkeypatch.setattr(random, "choice", lambda free: free[0])
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert (house.row(browser_id).state, house.row(browser_id).udp_port) == (S.STARTING, 59002)
    assert house.row(rival).udp_port == 59001


def test_port_that_is_lost_to_others_again_and_again_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few tries, then NO_PORT."""
    house = House(tmp_path, BadDriver(PortTaken("x")), TURTUS_VB_PORT_RANGE="59000-59001")
    house.browser(S.STARTING, host="local", udp_port=59001)
    looks = itertools.chain([{59001}], itertools.repeat({59000}))
    monkeypatch.setattr(Browsers, "ports_in_use", lambda self, host: next(looks))
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    assert house.row(browser_id).reason == Reason.NO_PORT


def test_room_deleted_while_a_port_is_sought_leaves_nothing(house: House) -> None:
    """There is no row that could have another port."""

    class Deletes(FakeDriver):
        def create(self, spec: Spec) -> str:
            with house.database.work() as work:
                work.rooms.remove(spec.room_id)
            raise PortTaken("x")

    house.lifecycle._driver = driver = Deletes()
    house.lifecycle.start(house.browser())
    assert driver.containers == {}
    assert house.bus.states() == ["CREATING"]


def test_stop_that_breaks_the_start_is_a_stop(tmp_path: Path) -> None:
    """Somebody stops it while its container is made, so that the engine cannot start it: no failure."""

    class CalledOff(FakeDriver):
        def start(self, browser_id: str) -> None:
            with house.database.work() as work:
                work.browsers.move(browser_id, S.STOPPING, house.now, reason=Reason.STOPPED_BY, message="Ben")
            raise CreateFailed("container is marked for removal")

    house = House(tmp_path, CalledOff())
    browser_id = house.browser()
    house.lifecycle.start(browser_id)
    row = house.row(browser_id)
    assert (row.state, row.reason, row.message) == (S.STOPPED, Reason.STOPPED_BY, "Ben")
    assert house.driver.containers == {}
