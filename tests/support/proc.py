"""What the kernel says about a container's processes, by their pids out here."""

import os
import time
from pathlib import Path

from tests.support.vb_container import Container


def status_of(pid: int) -> dict[str, str]:
    """``/proc/<pid>/status`` by name.

    Raises:
        FileNotFoundError, ProcessLookupError: it has ended.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def namespace(pid: int, kind: str) -> str:
    """Which namespace of this kind it is in."""
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def filters(pid: int) -> int:
    """How many system call filters a process has; 0 if it is no more."""
    try:
        return int(status_of(pid)["Seccomp_filters"])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def files_of_root(pid: int) -> list[str]:
    """What a process finds in its root. It may be a directory of a process that is no more: nothing."""
    try:
        return os.listdir(f"/proc/{pid}/root")
    except ProcessLookupError:
        return []


def sealed(container: Container, *marks: str, timeout_s: float = 30.0) -> list[int]:
    """The processes that run web pages (their command lines have all ``marks``), once each has sealed itself.

    That is one of its own first steps. After ``timeout_s`` they are given back as they are.
    """
    outer = filters(min(container.host_pids()))
    deadline = time.monotonic() + timeout_s
    while True:
        found = [pid for pid, args in container.host_pids().items() if all(mark in args for mark in marks)]
        if (found and all(filters(pid) > outer for pid in found)) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)
