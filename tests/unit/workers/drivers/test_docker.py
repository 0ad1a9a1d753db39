"""workers.drivers.docker where a real engine cannot be brought to it (the rest is in tests/integration)"""

import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest
from docker.errors import APIError
from requests import Response

from workers.drivers.docker import DockerDriver

NAME = "turtus-browsers"
ICC = "com.docker.network.bridge.enable_icc"


class FakeNetworks:
    """An engine's networks; ``refusal`` is what a creation ends with."""

    def __init__(self, *there: tuple[str, dict[str, str] | None], refusal: APIError | None = None) -> None:
        self.there = [SimpleNamespace(name=name, attrs={"Options": options}) for name, options in there]
        self.refusal = refusal
        self.made: list[tuple[str, dict[str, str]]] = []

    def list(self, names: list[str]) -> list[SimpleNamespace]:
        """As the engine does: every one whose name contains one of ``names``."""
        return [each for each in self.there if any(name in each.name for name in names)]

    def create(self, name: str, *, options: dict[str, str], **_: Any) -> None:
        self.made.append((name, options))
        if self.refusal is not None:
            raise self.refusal


def ensure(networks: FakeNetworks, driver: DockerDriver | None = None) -> None:
    engine = cast(Any, SimpleNamespace(networks=networks))
    (driver or DockerDriver("test", "local"))._ensure_network(engine, NAME)


def refused(status: int, text: str) -> APIError:
    response = Response()
    response.status_code = status
    return APIError(text, response=response, explanation=text)


def test_network_whose_name_only_contains_ours_is_another() -> None:
    """The engine's filter matches parts of names."""
    networks = FakeNetworks((f"{NAME}-old", None))
    ensure(networks)
    assert networks.made == [(NAME, {ICC: "false"})]


def test_our_network_is_left_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is made, nothing is said."""
    networks = FakeNetworks((f"{NAME}-old", None), (NAME, {ICC: "false"}))
    ensure(networks)
    assert networks.made == []
    assert caplog.records == []


@pytest.mark.parametrize(
    "error", [refused(409, "conflict"), refused(500, f"network with name {NAME} already exists")]
)
def test_network_that_another_start_made_meanwhile_is_there(error: APIError) -> None:
    """Two browsers on a fresh host."""
    ensure(FakeNetworks(refusal=error))


def test_other_refusals_are_told() -> None:
    """No addresses left, for one."""
    with pytest.raises(APIError):
        ensure(FakeNetworks(refusal=refused(500, "no available IPv4 pool")))


@pytest.mark.parametrize("options", [None, {}, {ICC: "true"}])
def test_network_on_which_browsers_can_talk_is_warned_of_once(
    options: dict[str, str] | None, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator made it by hand."""
    driver = DockerDriver("test", "local")
    with caplog.at_level(logging.WARNING):
        ensure(FakeNetworks((NAME, options)), driver)
        ensure(FakeNetworks((NAME, options)), driver)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
