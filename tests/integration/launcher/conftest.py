"""A second stack beside whatever runs on this machine: own state folder, ports and install id."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import browsers, record
from launcher.paths import ROOT, Layout
from tests.support.turtus import Turtus, free_port


@pytest.fixture
def turtus(tmp_path: Path) -> Iterator[Turtus]:
    """The command; whatever it leaves is cleared away, and its logs are shown if the test fails."""
    install_id = f"test-{secrets.token_hex(4)}"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TURTUS_")}
    environment |= {
        "TURTUS_STATE_DIR": str(tmp_path / "state of a stack"),
        "TURTUS_INSTALL_ID": install_id,
        "TURTUS_SERVER_PORT": str(port),
        "TURTUS_FLOWER_PORT": str(free_port()),
        "TURTUS_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "TURTUS_DATABASE_URL": "",
        "TURTUS_BROKER_URL": "",
    }
    found = Turtus(environment, Layout(ROOT, tmp_path / "state of a stack"), port, install_id)
    yield found
    if record.running(found.layout.record):
        found.run("down")
    record.end(install_id)
    browsers.remove_all(install_id)
    for log in sorted(found.layout.logs.glob("*.log")):
        print(f"--- {log.name}\n{log.read_text()[-1500:]}")
