"""``house`` is a whole installation shared by a module; ``hasty`` one whose idle browsers end after seconds."""

from collections.abc import Iterator

import pytest

from tests.support.house import House


def _run(request: pytest.FixtureRequest, house: House) -> Iterator[House]:
    try:
        house.start()
        failed_before = request.session.testsfailed
        yield house
        if request.session.testsfailed > failed_before:
            print(house.logs())
    finally:
        house.stop()


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from _run(request, House(tmp_path_factory.mktemp("house"), "58000-58049"))


@pytest.fixture(scope="module")
def hasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    env = {"TURTUS_VB_DEFAULT_IDLE_TIMEOUT": "4000", "TURTUS_VB_START_TIMEOUT": "15"}
    yield from _run(request, House(tmp_path_factory.mktemp("hasty"), "58050-58099", **env))
