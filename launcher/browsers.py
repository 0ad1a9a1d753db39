"""The browser containers of this install, by the labels they carry. Through the docker command only."""

import json
from dataclasses import dataclass

from launcher import shell

INSTALL_LABEL = "turtus.install"
BROWSER_LABEL = "turtus.browser"


@dataclass(frozen=True, slots=True)
class Container:
    """A container that the engine knows.

    Attributes:
        id: the engine's.
        name: its name.
        status: in the engine's words, as in ``Up 2 minutes``.
    """

    id: str
    name: str
    status: str


def list_all(install_id: str) -> list[Container] | None:
    """Those of this install, running or not; None if the engine does not answer."""
    result = shell.probe(
        [
            "docker", "ps", "--all", "--no-trunc", "--format", "{{json .}}",
            "--filter", f"label={INSTALL_LABEL}={install_id}",
            "--filter", f"label={BROWSER_LABEL}",
        ],
        timeout_s=20,
    )  # fmt: skip
    return parse(result.stdout) if result.returncode == 0 else None


def parse(lines: str) -> list[Container]:
    """From ``docker ps --format '{{json .}}'``. Pure."""
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [Container(row["ID"], row["Names"], row["Status"]) for row in rows]


def remove_all(install_id: str) -> int:
    """Remove those of this install at once. Idempotent; returns how many there were."""
    found = list_all(install_id) or []
    if found:
        shell.probe(["docker", "rm", "--force", "--volumes", *(one.id for one in found)], timeout_s=60)
    return len(found)
