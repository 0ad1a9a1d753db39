"""The browser's container as production starts it, for tests: real flags, docker's command line."""

import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGE = os.environ.get("TURTUS_VB_IMAGE", "turtus/vb:latest")
CHROMIUM_IMAGE = os.environ.get("TURTUS_VB_CHROMIUM_IMAGE") or "turtus/vb-chromium:latest"
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
LABEL = os.environ.get("TURTUS_TEST_LABEL", f"turtus.test={_WORKER + 1}")
"""Of every container here; another one keeps two runs from sweeping each other's."""
NETWORK = "turtus-test-browsers"
_FIRST_PORT = int(os.environ.get("TURTUS_TEST_PORTS", "59300")) + 100 * _WORKER
PORTS = itertools.cycle(range(_FIRST_PORT, _FIRST_PORT + 100))
_TMPFS = "uid=1000,gid=1000,mode=0700"


def docker(*arguments: str, check: bool = True) -> str:
    """Run docker and give back what it printed."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=60)
    if check and done.returncode:
        raise AssertionError(f"docker {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


def sweep() -> None:
    """Remove every container that a test has left."""
    left = docker("ps", "-aq", "--filter", f"label={LABEL}").split()
    if left:
        docker("rm", "-f", *left, check=False)


def make_network() -> None:
    """The network of test containers, made once."""
    if NETWORK not in docker("network", "ls", "--format", "{{.Name}}").split():
        docker("network", "create", "--label", LABEL, NETWORK, check=False)


class Container:
    """A started container."""

    def __init__(self, container_id: str, udp_port: int) -> None:
        self.id = container_id
        self.udp_port = udp_port
        self.started_at = time.monotonic()

    def logs(self) -> str:
        """All that the agent has logged."""
        done = subprocess.run(["docker", "logs", self.id], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def exit_status(self, timeout_s: float) -> int:
        """Wait for its end; its status."""
        done = subprocess.run(
            ["docker", "wait", self.id], capture_output=True, text=True, check=True, timeout=timeout_s
        )
        return int(done.stdout)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return docker("inspect", "-f", "{{.State.Running}}", self.id, check=False) == "true"

    def stop(self) -> int:
        """``docker stop``; its exit status."""
        docker("stop", "-t", "5", self.id)
        return int(docker("inspect", "-f", "{{.State.ExitCode}}", self.id))

    def run(self, *command: str) -> str:
        """A command inside."""
        return docker("exec", self.id, *command)

    def address(self) -> str:
        """Its own IP address."""
        networks = json.loads(docker("inspect", "-f", "{{json .NetworkSettings.Networks}}", self.id))
        return str(next(iter(networks.values()))["IPAddress"])

    def host_pids(self) -> dict[int, str]:
        """Its processes as the host numbers them, each with its command line."""
        lines = docker("top", self.id, "-eo", "pid,args").splitlines()[1:]
        split = (line.split(None, 1) for line in lines)
        return {int(pid): args for pid, args in split}

    def kill(self, *needles: str) -> int:
        """Kill -9 the first process whose command line starts with the first and holds all; its pid."""
        for pid, args in self.host_pids().items():
            if args.startswith(needles[0]) and all(needle in args for needle in needles):
                os.kill(pid, 9)
                return pid
        raise AssertionError(f"no process {needles}")

    def cpu_s(self) -> float:
        """Processor seconds used by the agent's own process (not Firefox, not Xvfb)."""
        for pid, args in self.host_pids().items():
            if args.startswith("python -m vb"):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        raise AssertionError("the agent is not running")


@contextmanager
def browser(
    signal_port: int,
    *arguments: str,
    env: Sequence[str] = (),
    scheme: str = "ws",
    image: str = IMAGE,
    downloads_mb: int = 200,
) -> Iterator[Container]:
    """A browser that dials the test's signal server; removed at the end, its log shown if the test failed."""
    make_network()
    port = next(PORTS)
    flags = [
        "--init", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--security-opt", f"seccomp={ROOT / 'vb/seccomp.json'}", "--read-only",
        "--tmpfs", "/tmp:mode=1777", "--tmpfs", f"/home/turtus:{_TMPFS}",
        "--tmpfs", f"/home/turtus/Uploads:size=200m,{_TMPFS}",
        "--tmpfs", f"/home/turtus/Downloads:size={downloads_mb}m,{_TMPFS}",
        "--tmpfs", f"/run/user/1000:{_TMPFS}",
        "--shm-size", "1g", "--memory", "2g", "--cpus", "2", "--pids-limit", "1024",
        "--network", NETWORK, "--add-host", "host.docker.internal:host-gateway",
        "-p", f"{port}:{port}/udp", "-e", f"TURTUS_VB_UDP_PORT={port}", "-e", "TURTUS_VB_TOKEN=secret-token",
    ]  # fmt: skip
    for setting in env:
        flags += ["-e", setting]
    name = f"turtus-test-{os.getpid()}-{port}"
    url = f"{scheme}://host.docker.internal:{signal_port}/signal/test"
    container_id = docker("run", "-d", "--name", name, "--label", LABEL, *flags, image, "-s", url, *arguments)
    container = Container(container_id, port)
    try:
        yield container
    except BaseException:
        print(container.logs())
        raise
    finally:
        docker("rm", "-f", container_id, check=False)
