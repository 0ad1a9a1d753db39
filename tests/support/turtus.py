"""The command ``./turtus`` for a stack of its own."""

import socket
import subprocess
from dataclasses import dataclass

from launcher import record
from launcher.paths import ROOT, Layout


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        )

    def processes(self) -> set[str]:
        """Names of the processes that run now."""
        found = record.processes(self.layout.record)
        return {name for name, process in found.items() if process.alive()}

    def left(self) -> list[int]:
        """Process ids that still carry this stack's mark."""
        return list(record.left_behind(self.install_id))
