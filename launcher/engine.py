"""The Docker engine of this machine: does it answer, and if not, how to start it.

The engine belongs to the machine: what starts it here never stops it again.
"""

import getpass
import grp
import os
import subprocess
import time
from enum import Enum
from pathlib import Path

from launcher import shell
from launcher.console import Console, Step
from launcher.errors import LauncherError

START_WAIT_S = 40.0
_TRY_EVERY_S = 0.3


class Answer(Enum):
    """What asking the engine for its version came to."""

    RUNNING = "running"
    DOWN = "down"
    DENIED = "denied"
    NO_CLIENT = "no client"


def judge(status: int, errors: str) -> Answer:
    """Read the outcome of ``docker version``. Pure."""
    if status == 0:
        return Answer.RUNNING
    if status == 127:
        return Answer.NO_CLIENT
    return Answer.DENIED if "permission denied" in errors.lower() else Answer.DOWN


def ask() -> Answer:
    """Whether the engine answers this user."""
    result = shell.probe(["docker", "version", "--format", "{{.Server.Version}}"], timeout_s=15)
    return judge(result.returncode, result.stderr)


def ways_to_start(*, systemd: bool, service: bool, dockerd: bool) -> list[list[str]]:
    """The commands to try, best first. Pure; ``dockerd`` itself is the last resort."""
    ways = []
    if systemd:
        ways.append(["systemctl", "start", "docker"])
    if service:
        ways.append(["service", "docker", "start"])
    if dockerd:
        ways.append(["dockerd"])
    return ways


def ensure(console: Console, logs: Path) -> None:
    """Have the engine answer this user, starting it where needed. Idempotent.

    Raises:
        LauncherError: it cannot be started, or this user may not talk to it.
    """
    answer = ask()
    if answer is Answer.DOWN:
        shell.authorize()
        with console.step("starting the Docker engine") as step:
            answer = _start(step, logs)
    if answer is Answer.NO_CLIENT:
        raise LauncherError("The docker command is not installed.", "as root: apt-get install docker.io")
    if answer is Answer.DENIED:
        _join_group(console)
    if answer is Answer.DOWN:
        raise LauncherError(
            "The Docker engine does not start.", f"look at {logs / 'dockerd.log'} or `journalctl -u docker`"
        )


def _start(step: Step, logs: Path) -> Answer:
    ways = ways_to_start(
        systemd=Path("/run/systemd/system").is_dir(),
        service=shell.find("service") is not None and Path("/etc/init.d/docker").exists(),
        dockerd=shell.find("dockerd") is not None,
    )
    answer = Answer.DOWN
    for way in ways:
        step.detail(" ".join(way))
        if way[0] == "dockerd":
            _spawn_dockerd(logs / "dockerd.log")
        elif shell.probe(shell.as_root(way), timeout_s=60).returncode != 0:
            continue
        answer = _wait()
        if answer is not Answer.DOWN:
            break
    return answer


def _spawn_dockerd(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        subprocess.Popen(
            shell.as_root([shell.find("dockerd") or "dockerd"]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait() -> Answer:
    end = time.monotonic() + START_WAIT_S
    while (answer := ask()) is Answer.DOWN and time.monotonic() < end:
        time.sleep(_TRY_EVERY_S)
    return answer


def _join_group(console: Console) -> None:
    """Put this user into the group ``docker`` and go on as its member, without a new login."""
    user = getpass.getuser()
    mend = f"as root: usermod -aG docker {user}, then log in again"
    if os.environ.get("TURTUS_IN_DOCKER_GROUP") or shell.find("sg") is None:
        raise LauncherError("This user may not talk to the Docker engine.", mend)
    if user not in grp.getgrnam("docker").gr_mem:
        console.say(f"· putting {user} into the group docker")
        shell.authorize()
        shell.run(shell.as_root(["usermod", "-aG", "docker", user]), mend=mend)
    raise NeedsGroup


class NeedsGroup(Exception):
    """Run this same command again as a member of the group ``docker`` (the entry point does it)."""
