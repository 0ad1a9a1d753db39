"""compose.yaml brings up the whole stack, and the main job works in it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import extra_ca, shell
from launcher.paths import ROOT

PORT = 18443
PROJECT = "turtus-test"
SERVICES = {"web", "worker", "beat", "flower", "redis", "postgres"}
ENVIRONMENT = {
    **os.environ,
    "COMPOSE_PROJECT_NAME": PROJECT,
    "DOCKER_BUILDKIT": "0",
    "TURTUS_SERVER_PORT": str(PORT),
    "TURTUS_FLOWER_PORT": "15555",
    "TURTUS_VB_PORT_RANGE": "59400-59419",
    "TURTUS_VB_IMAGE": "turtus/vb-test:latest",
}

pytestmark = [pytest.mark.compose, pytest.mark.docker, pytest.mark.e2e, pytest.mark.timeout(900)]


def _compose(*arguments: str) -> str:
    modern = shell.probe(["docker", "compose", "version"]).returncode == 0
    command = ["docker", "compose"] if modern else ["docker-compose"]
    ended = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{arguments}:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}"
    return ended.stdout


@pytest.fixture(scope="module")
def stack() -> Iterator[str]:
    """The stack under its own name and ports; its logs are shown if a test fails. Gives its address."""
    _compose("down", "--volumes")
    try:
        with extra_ca.placed(ROOT / "deploy" / "ca"):
            _compose("build", "vb", "web", "redis", "postgres")
        _compose("up", "--detach")
        yield f"https://localhost:{PORT}"
        print(_compose("logs", "--no-color", "--tail=60", "web", "worker"))
    finally:
        _compose("down", "--volumes", "--timeout", "1")


def _inspect(service: str) -> dict[str, object]:
    labels = {"project": PROJECT, "service": service}  # compose itself takes a second to find it
    filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
    container = shell.run(["docker", "ps", "--quiet", *filters]).split()
    found = json.loads(shell.run(["docker", "inspect", *container]))
    assert len(found) == 1, service
    assert isinstance(found[0], dict)
    return found[0]


def _mounts(service: str) -> set[str]:
    mounts = _inspect(service)["Mounts"]
    assert isinstance(mounts, list)
    return {str(mount["Source"]) for mount in mounts}


def test_demo_runs_in_the_compose_stack(stack: str, tmp_path: Path) -> None:
    """Two people see and hear a browser that the worker started on this machine's engine."""
    command = [str(ROOT / "turtus"), "demo", "--base-url", stack, "--seconds", "4", "--out", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert (stats["width"], stats["height"]) == (1280, 720)


@pytest.mark.usefixtures("stack")
def test_only_the_worker_sees_the_docker_socket() -> None:
    """A web server that is broken into holds no way to the engine."""
    seeing = {service for service in SERVICES if any("docker.sock" in path for path in _mounts(service))}
    assert seeing == {"worker"}


@pytest.mark.usefixtures("stack")
def test_every_service_has_a_health_check_and_no_root() -> None:
    """Each service tells how it is, and runs as an ordinary user."""
    for service in SERVICES:
        found = _inspect(service)
        assert found["Config"]["Healthcheck"], service  # type: ignore[index]
        pid = found["State"]["Pid"]  # type: ignore[index]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() or [str(pid)]
        owner = Path(f"/proc/{children[0]}").stat().st_uid
        assert owner != 0, service


@pytest.mark.usefixtures("stack")
def test_first_start_of_the_database_may_be_interrupted() -> None:
    """Killed at any moment of its making, it is made by the next start."""
    script = """
        echo a-password >/tmp/password
        sed -i s,/var/lib/turtus-postgres,/tmp, /tmp/start.sh
        for each in 0.05 0.2 0.4 0.7 1 1.3; do timeout -s KILL $each /tmp/start.sh >/dev/null 2>&1; done
        /tmp/start.sh >/tmp/log 2>&1 &
        for each in $(seq 100); do
            PGPASSWORD=a-password psql -h 127.0.0.1 -U turtus -d turtus -Atc 'SELECT 6 * 7' 2>/dev/null && exit
            sleep 0.1
        done
        cat /tmp/log
    """
    with_copy = f"cp /start.sh /tmp/start.sh; {script}"
    image = ["--entrypoint=bash", "turtus/postgres:latest"]
    assert shell.run(["docker", "run", "--rm", "--init", *image, "-c", with_copy]).strip() == "42"
