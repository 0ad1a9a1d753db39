"""Processor time of processes, by what the kernel has counted. Shares are of one core."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of processor time by process name, at a monotonic moment. Only grows."""

    at_s: float
    used_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Shares:
    """Percent of one core between two readings: the agent's own process, and everything with it."""

    agent: float
    whole: float
    by_name: Mapping[str, float]


def used_s(stat: str) -> float:
    """User and system seconds of a process from its ``/proc/PID/stat`` (proc(5)). Pure."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def read(processes: Mapping[int, str]) -> Reading:
    """What the processes (name by id) have used so far; those that have ended are left out."""
    total: dict[str, float] = {}
    for pid, name in processes.items():
        try:
            used = used_s(Path(f"/proc/{pid}/stat").read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
        total[name] = total.get(name, 0.0) + used
    return Reading(time.monotonic(), total)


def shares(before: Reading, after: Reading, agent: str) -> Shares:
    """Between two readings; ``agent`` is the name of the agent's own process. Pure."""
    span = after.at_s - before.at_s
    by_name = {
        name: 100 * (used - before.used_s.get(name, 0.0)) / span for name, used in after.used_s.items()
    }
    return Shares(by_name.get(agent, 0.0), sum(by_name.values()), by_name)


def children(pid: int) -> dict[int, str]:
    """The process and all below it, with their names."""
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            found[one] = Path(f"/proc/{one}/comm").read_text().strip()
            for thread in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (thread / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
