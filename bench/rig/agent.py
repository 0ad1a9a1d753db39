"""The agent under measurement: in its container as production starts it, or a command line in its place."""

import itertools
import json
import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bench.rig import cpu
from bench.rig.options import Options
from launcher.errors import LauncherError
from launcher.paths import ROOT

AGENT = "agent"
"""The name of the agent's own process in CPU readings."""
LABEL = "turtus.bench=1"
NETWORK = "turtus-bench"
HOST = "host.docker.internal"
"""How a container calls this machine."""
UNWATCHED_MS = "3600000"
"""A benchmark may look at the browser alone for as long as it likes."""
_PORTS = itertools.count(59500 + os.getpid() % 40 * 10)
_TMPFS = "uid=1000,gid=1000,mode=0700"


@dataclass(frozen=True, slots=True)
class Job:
    """What the agent is to do: dial ``signal_port`` here, open ``url``, at most ``fps`` pictures a second."""

    signal_port: int
    url: str
    fps: int
    arguments: tuple[str, ...] = ()


class Agent(Protocol):
    """Something whose work can be counted, and that can run a Python script beside its screen."""

    def reading(self) -> cpu.Reading:
        """Processor time so far; the agent's own process is called ``AGENT``."""
        ...

    def python(self, script: str, *arguments: str) -> bytes:
        """What a script prints that runs where the agent's display is, with the agent's Python."""
        ...


def docker(*arguments: str, check: bool = True) -> str:
    """Run docker; what it printed.

    Raises:
        LauncherError: it failed.
    """
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=60)
    if check and done.returncode:
        raise LauncherError(f"docker {arguments[0]}: {done.stderr.strip()}", "is the engine running?")
    return done.stdout.strip()


class ContainerAgent:
    """The image in a container of its own."""

    def __init__(self, container_id: str) -> None:
        self.id = container_id

    def address(self) -> str:
        """The container's own IP address."""
        networks = json.loads(docker("inspect", "-f", "{{json .NetworkSettings.Networks}}", self.id))
        return str(next(iter(networks.values()))["IPAddress"])

    def processes(self) -> dict[int, str]:
        """Its processes as this machine numbers them, by name."""
        names = {}
        for line in docker("top", self.id, "-eo", "pid,comm,args").splitlines()[1:]:
            pid, name, arguments = line.split(None, 2)
            names[int(pid)] = AGENT if arguments.startswith("python -m vb") else name
        return names

    def log(self, lines: int) -> str:
        """The newest lines of its log."""
        command = ["docker", "logs", "--tail", str(lines), self.id]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout + done.stderr

    def reading(self) -> cpu.Reading:
        """As in ``Agent``."""
        return cpu.read(self.processes())

    def python(self, script: str, *arguments: str) -> bytes:
        """As in ``Agent``."""
        command = ["docker", "exec", "-e", "DISPLAY=:99", self.id, "python", "-c", script, *arguments]
        done = subprocess.run(command, capture_output=True, check=False, timeout=300)
        if done.returncode:
            raise LauncherError(f"A script in the container failed: {done.stderr.decode()[-500:]}")
        return done.stdout


class CommandAgent:
    """A process of this machine and its children. ``python`` runs with this Python and this ``DISPLAY``."""

    def __init__(self, pids: tuple[int, ...]) -> None:
        self._pids = pids

    def reading(self) -> cpu.Reading:
        """As in ``Agent``: the processes that were started count as the agent's own."""
        processes: dict[int, str] = {}
        for pid in self._pids:
            processes |= cpu.children(pid) | {pid: AGENT}
        return cpu.read(processes)

    def python(self, script: str, *arguments: str) -> bytes:
        """As in ``Agent``."""
        command = [str(ROOT / ".venv/bin/python"), "-c", script, *arguments]
        return subprocess.run(command, capture_output=True, check=True, timeout=300).stdout


@contextmanager
def container(options: Options, job: Job) -> Iterator[ContainerAgent]:
    """The agent's container for the time of the block; its log is in the error if something fails."""
    if NETWORK not in docker("network", "ls", "--format", "{{.Name}}").split():
        docker("network", "create", "--label", LABEL, NETWORK, check=False)
    port = next(_PORTS)
    flags = [
        "--init", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--security-opt", f"seccomp={ROOT / 'vb/seccomp.json'}", "--read-only",
        "--tmpfs", "/tmp:mode=1777", "--tmpfs", f"/home/turtus:{_TMPFS}",  # noqa: S108 - in the container
        "--tmpfs", f"/run/user/1000:{_TMPFS}",
        "--shm-size", "1g", "--memory", "2g", "--cpus", "2", "--pids-limit", "1024",
        "--network", NETWORK, "--add-host", f"{HOST}:host-gateway",
        "-p", f"{port}:{port}/udp", "-e", f"TURTUS_VB_UDP_PORT={port}", "-e", "TURTUS_VB_TOKEN=bench",
    ]  # fmt: skip
    signal = f"ws://{HOST}:{job.signal_port}/signal/bench"
    arguments = ["-s", signal, "--url", job.url, "--fps", str(job.fps), "-t", UNWATCHED_MS, *job.arguments]
    container_id = docker("run", "-d", "--label", LABEL, *flags, options.image, *arguments)
    try:
        yield ContainerAgent(container_id)
    except LauncherError as error:
        logs = subprocess.run(["docker", "logs", container_id], capture_output=True, text=True, check=False)
        raise LauncherError(f"{error}\n{(logs.stdout + logs.stderr)[-2000:]}") from error
    finally:
        docker("rm", "-f", container_id, check=False)


@contextmanager
def command(options: Options, job: Job) -> Iterator[CommandAgent]:
    """A command line in the container's place, ended at the end of the block."""
    given = options.agent.format(
        signal=f"ws://127.0.0.1:{job.signal_port}/signal/bench", url=job.url, fps=job.fps,
        port=next(_PORTS), token="bench",
    )  # fmt: skip
    with subprocess.Popen(shlex.split(given), start_new_session=True) as process:
        try:
            yield CommandAgent((process.pid,))
        finally:
            process.terminate()
            deadline = time.monotonic() + 5
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            if process.poll() is None:
                process.kill()
