"""launcher.config: the settings of a stack, with what the command line says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import config
from launcher.config import Config
from launcher.errors import LauncherError
from launcher.paths import Layout

SECRET = f"TURTUS_SECRET_KEY={'s' * 40}\n"


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A project of nothing but .env."""
    monkeypatch.delenv("TURTUS_SERVER_PORT", raising=False)
    (tmp_path / ".env").write_text(SECRET)
    return Layout(tmp_path, tmp_path / "var")


def test_command_line_wins(layout: Layout) -> None:
    """`--port` and `--http` go before .env, for every process."""
    found = config.read(layout, port=9000, plain_http=True)
    assert found.base_url == "http://localhost:9000"
    assert found.environment()["TURTUS_SERVER_PORT"] == "9000"
    assert found.certificate is None


def test_usual_ports_are_not_in_the_address(make_config: Callable[..., Config]) -> None:
    """https and 443 belong together."""
    assert make_config(TURTUS_SERVER_PORT="443").base_url == "https://localhost"


def test_database_is_in_the_state_folder(layout: Layout) -> None:
    """A second stack with its own state folder has its own database."""
    assert config.read(layout).values["TURTUS_DATABASE_URL"] == f"sqlite:///{layout.state}/turtus.db"


def test_wrong_setting_is_named(layout: Layout) -> None:
    """What cannot be used is told with the name of the setting and where to mend it."""
    layout.env_file.write_text(SECRET + "TURTUS_SERVER_DOCKER_MODE=aws\n")
    with pytest.raises(LauncherError, match="TURTUS_SERVER_DOCKER_MODE") as caught:
        config.read(layout)
    assert str(layout.env_file) in (caught.value.mend or "")


@pytest.mark.parametrize("text", ["0", "many", "65", "٢"])
def test_web_processes_are_checked(make_config: Callable[..., Config], text: str) -> None:
    """1 to 64."""
    with pytest.raises(LauncherError, match="TURTUS_WEB_PROCESSES"):
        _ = make_config(TURTUS_WEB_PROCESSES=text).web_processes


@pytest.mark.parametrize("text", ["0", "flower", "65536", "٥٥٥٥"])
def test_port_of_flower_is_checked(make_config: Callable[..., Config], text: str) -> None:
    """1 to 65535, in plain digits; the setting is named."""
    with pytest.raises(LauncherError, match="TURTUS_FLOWER_PORT") as caught:
        _ = make_config(TURTUS_FLOWER_PORT=text).flower_port
    assert caught.value.mend == "give a number from 1 to 65535 in .env"


def test_provisional_needs_no_env_file(tmp_path: Path) -> None:
    """`doctor` looks around before the first `up`."""
    assert config.read(Layout(tmp_path, tmp_path), provisional=True).settings.server_port == 8443
