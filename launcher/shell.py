"""Running other programs: with an argument list, never through a shell."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher.errors import CommandFailed, LauncherError

_SYSTEM_PATH = os.pathsep.join(["/usr/local/sbin", "/usr/sbin", "/sbin"])
"""Debian leaves these out of the PATH of people who are not root; dockerd is there."""


def find(program: str) -> str | None:
    """The path of ``program``, system folders included; None if it is not installed."""
    return shutil.which(program, path=os.environ.get("PATH", "") + os.pathsep + _SYSTEM_PATH)


def is_root() -> bool:
    return os.geteuid() == 0


def as_root(argv: Sequence[str]) -> list[str]:
    """The same command with root's rights.

    Raises:
        LauncherError: this is not root and there is no sudo; says the command to run as root.
    """
    if is_root():
        return list(argv)
    if find("sudo") is None:
        raise LauncherError(
            "This needs root's rights and sudo is not installed.", f"as root: {' '.join(argv)}"
        )
    return ["sudo", *argv]


def authorize() -> None:
    """Have sudo ask for the password now, on a clean line, rather than in the middle of a step.

    Raises:
        LauncherError: this user may not become root.
    """
    if is_root():
        return
    if subprocess.run(as_root(["-v"]), check=False).returncode != 0:
        raise LauncherError("This needs root's rights and sudo does not give them.", "run the same as root")


def probe(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run and look at the result; a missing program or one that hangs is a status of 127 or 124."""
    try:
        return subprocess.run(
            list(argv),
            env=env and dict(env),
            cwd=cwd,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(list(argv), 127, "", f"{argv[0]} is not installed")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(list(argv), 124, "", f"no answer within {timeout_s:.0f} s")


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 120.0,
    cwd: Path | None = None,
    mend: str | None = None,
) -> str:
    """Run and give back what it printed.

    Raises:
        CommandFailed: it ended with another status than 0.
    """
    result = probe(argv, env=env, timeout_s=timeout_s, cwd=cwd)
    if result.returncode != 0:
        raise CommandFailed(argv, result.returncode, result.stdout + result.stderr, mend)
    return result.stdout


def stream(
    argv: Sequence[str],
    on_line: Callable[[str], None],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    mend: str | None = None,
) -> None:
    """Run and hand over each line as it comes, both outputs together; ``log`` keeps them all.

    Raises:
        CommandFailed: it ended with another status than 0.
    """
    tail: list[str] = []
    with (
        subprocess.Popen(
            list(argv),
            env=env and dict(env),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        ) as process,
        open(log or os.devnull, "a", encoding="utf-8") as kept,
    ):
        for line in process.stdout or ():
            kept.write(line)
            tail = [*tail[-39:], line]
            on_line(line.rstrip("\n"))
    if process.returncode != 0:
        raise CommandFailed(argv, process.returncode, "".join(tail), mend)
