"""The command ``./turtus`` for a stack of its own: other state folder, ports and install id."""

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import browsers, record
from launcher.paths import ROOT, Layout

MEDIA_PORTS = "58100-58149"


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _hear_ctrl_c() -> None:
    """As in a terminal: what is started in the background, tests too, would ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Turtus:
    """The command, for a stack of its own."""

    environment: dict[str, str]
    layout: Layout
    port: int
    install_id: str

    def run(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a verb to its end."""
        return subprocess.run(
            [str(ROOT / "turtus"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a verb and go on; both outputs come from its ``stdout``."""
        return subprocess.Popen(
            [str(ROOT / "turtus"), *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_hear_ctrl_c,
        )

    def processes(self) -> set[str]:
        """Names of the processes that run now."""
        found = record.processes(self.layout.record)
        return {name for name, process in found.items() if process.alive()}

    def left(self) -> list[int]:
        """Process ids that still carry this stack's mark."""
        return list(record.left_behind(self.install_id))


@contextmanager
def second_stack(state: Path) -> Iterator[Turtus]:
    """The command with its state in ``state``; clears away whatever it leaves and prints its logs.

    pytest shows what is printed only when the test has failed.
    """
    install_id = f"test-{secrets.token_hex(4)}"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TURTUS_")}
    environment |= {
        "TURTUS_STATE_DIR": str(state),
        "TURTUS_INSTALL_ID": install_id,
        "TURTUS_SERVER_PORT": str(port),
        "TURTUS_FLOWER_PORT": str(free_port()),
        "TURTUS_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "TURTUS_VB_PORT_RANGE": MEDIA_PORTS,
        "TURTUS_DATABASE_URL": "",
        "TURTUS_BROKER_URL": "",
    }
    found = Turtus(environment, Layout(ROOT, state), port, install_id)
    try:
        yield found
    finally:
        if record.running(found.layout.record):
            found.run("down")
        record.end(install_id)
        browsers.remove_all(install_id)
        for log in sorted(found.layout.logs.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()[-1500:]}")
