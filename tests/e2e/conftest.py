"""``house`` is a whole installation, the same one for all tests; ``hasty`` one whose idle browsers end after seconds.

Each starts with the first test that wants it, which takes some seconds. Every test finds it whole: a part that the
test before has killed, and did not start again because it failed, is started.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from launcher.image import CHROMIUM
from tests.support.house import House


@contextmanager
def _running(house: House) -> Iterator[House]:
    try:
        house.start()
        yield house
    finally:
        house.stop()


def _lent(request: pytest.FixtureRequest, house: House) -> Iterator[House]:
    """For one test; if that fails, the logs are shown and its browsers removed."""
    house.start()
    failed_before = request.session.testsfailed
    yield house
    if request.session.testsfailed > failed_before:
        print(house.logs())
        house.remove_containers()


@pytest.fixture(scope="session")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"), "58000-58049", TURTUS_VB_CHROMIUM_IMAGE=CHROMIUM)
    with _running(made) as house:
        yield house


@pytest.fixture(scope="session")
def one_hasty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    env = {"TURTUS_VB_DEFAULT_IDLE_TIMEOUT": "4000", "TURTUS_VB_START_TIMEOUT": "15"}
    with _running(House(tmp_path_factory.mktemp("hasty"), "58050-58099", **env)) as house:
        yield house


@pytest.fixture
def house(request: pytest.FixtureRequest, one_house: House) -> Iterator[House]:
    yield from _lent(request, one_house)


@pytest.fixture
def hasty(request: pytest.FixtureRequest, one_hasty_house: House) -> Iterator[House]:
    yield from _lent(request, one_hasty_house)
