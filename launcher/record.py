"""What runs, on disk: one file for the stack and one for each process, beside each other.

Written by the supervisor, read by ``down``, ``status`` and ``up``. A process is named by its id *and* the
moment it began, so that a stale file never hits a stranger.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MARK = "TURTUS_SUPERVISED"
"""Environment variable of every process of a stack: the install's id. Finds what a crash left behind."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process.

    Attributes:
        pid: its id.
        began: clock ticks since boot (/proc/<pid>/stat, field 22); 0 if it was gone before we could look.
        restarts: how often it was started again.
    """

    pid: int
    began: int
    restarts: int = 0

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return began(self.pid) == self.began


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that was started.

    Attributes:
        supervisor: the process that holds the others.
        url: address on this machine.
        started_at: seconds since 1970, UTC.
        serving_s: seconds from start to serving; None while starting.
    """

    supervisor: Process
    url: str
    started_at: float
    serving_s: float | None = None


def began(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None if there is none, or only its remains."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold anything
    return None if fields[0] in ("Z", "X") else int(fields[19])


def process(pid: int, restarts: int = 0) -> Process:
    """The process that has this id now."""
    return Process(pid, began(pid) or 0, restarts)


def write(path: Path, value: Stack | Process) -> None:
    """Replace the file in one step."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(value)))
    temporary.replace(path)


def read(path: Path) -> Stack | None:
    """The stack that was last started; None if there is none or the file cannot be read."""
    raw = _load(path)
    try:
        return Stack(**{**raw, "supervisor": Process(**raw["supervisor"])}) if raw else None
    except (KeyError, TypeError):
        return None


def running(path: Path) -> Stack | None:
    """The stack if its supervisor is alive."""
    stack = read(path)
    return stack if stack is not None and stack.supervisor.alive() else None


@contextmanager
def one_at_a_time(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Alone among those who would start a stack; ``on_wait`` is called before waiting for another one.

    The lock is the kernel's: whoever dies no longer has it.
    """
    with path.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def processes(path: Path) -> dict[str, Process]:
    """The processes beside the stack's file, by name, alive or not."""
    found = {}
    for file in sorted(path.parent.glob("*.json")):
        if file == path:
            continue
        try:
            found[file.stem] = Process(**_load(file))
        except TypeError:
            continue
    return found


def clear(path: Path) -> None:
    """Forget the stack and its processes. Idempotent."""
    for file in path.parent.glob("*.json"):
        file.unlink(missing_ok=True)


def left_behind(install_id: str) -> Iterator[int]:
    """Ids of processes that carry the mark of this install, whoever started them; not this one."""
    wanted = f"{MARK}={install_id}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment and int(folder.name) != os.getpid():
            yield int(folder.name)


def end(install_id: str, *, grace_s: float = 5.0) -> int:
    """End every process that carries the mark: asked first, killed after ``grace_s``. How many there were."""
    found = list(left_behind(install_id))
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left_behind(install_id):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + grace_s
        while any(left_behind(install_id)) and time.monotonic() < deadline:
            time.sleep(0.05)
    return len(found)


def _load(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}
