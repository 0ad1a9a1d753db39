"""The contract of a driver: what runs browser containers on one host.

Error tree::

    DriverError          detail: for the log
    ├── EngineDown       the engine does not answer; what runs is unknown
    ├── ImageMissing
    ├── PortTaken        another program has the UDP port
    ├── NoResources      memory, disk, pids or addresses have run out
    └── CreateFailed     the engine refused for another reason
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Spec:
    """One browser container: ``memory`` like ``2g``, ``cpus`` in cores, ``udp_port`` alike inside and out.

    ``uploads_mb`` and ``downloads_mb`` are what the two folders of files hold, in MiB of its memory.
    """

    browser_id: str
    room_id: str
    image: str
    network: str
    args: tuple[str, ...]
    env: dict[str, str]
    udp_port: int
    memory: str
    cpus: float
    pids: int
    uploads_mb: int = 200
    downloads_mb: int = 200


@dataclass(frozen=True, slots=True)
class Running:
    """The container runs."""


@dataclass(frozen=True, slots=True)
class Exited:
    """It ended with ``code``; ``out_of_memory`` if the kernel ended it for that."""

    code: int
    out_of_memory: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such container, and the engine is sure of it."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The engine did not answer: nothing is known. This is not ``Gone``."""

    reason: str


Poll = Running | Exited | Gone | Unreachable


@dataclass(frozen=True, slots=True)
class Owned:
    """A container that carries our labels."""

    browser_id: str
    running: bool


class DriverError(Exception):
    """Base of all."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.detail}"


class EngineDown(DriverError):
    """The engine does not answer."""


class ImageMissing(DriverError):
    """The image is not on this host."""


class PortTaken(DriverError):
    """The UDP port is in use by something else."""


class NoResources(DriverError):
    """The host is full."""


class CreateFailed(DriverError):
    """The engine refused."""


class Driver(Protocol):
    """Every verb is idempotent, and may be called in any state of the browser."""

    def create(self, spec: Spec) -> str:
        """Make the container and return its id; one left over from an earlier try is replaced.

        Raises: any DriverError.
        """

    def start(self, browser_id: str) -> None:
        """Start a created container. Raises: any DriverError."""

    def poll(self, browser_id: str) -> Poll:
        """How the container stands. Never raises; may be asked at any time."""

    def stop(self, browser_id: str, within_s: int) -> None:
        """Ask it to end, kill it ``within_s`` seconds later. Gone is fine. Raises: EngineDown."""

    def remove(self, browser_id: str) -> None:
        """Remove it, running or not. Gone is fine. Raises: EngineDown."""

    def list_owned(self) -> list[Owned]:
        """Every container of this installation on this host. Raises: EngineDown."""
