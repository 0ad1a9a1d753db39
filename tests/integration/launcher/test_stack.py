"""`up`, `down` and `status` with real processes and a real Docker engine."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable

import pytest

from launcher import health, record, shell
from tests.support.turtus import Turtus

ALL = {"redis", "web", "worker", "beat", "flower"}

pytestmark = [pytest.mark.docker, pytest.mark.timeout(240)]


def _eventually(condition: Callable[[], bool], within_s: float = 40.0) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def _up(turtus: Turtus, *arguments: str) -> str:
    ended = turtus.run("up", "--detach", *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_up_status_and_down(shared: Turtus) -> None:
    """Everything runs and answers, a second `up` says so, and `down` leaves nothing."""
    text = _up(shared)
    assert f"https://localhost:{shared.port}" in text

    again = shared.run("up")
    assert again.returncode == 0
    assert "is up already" in again.stdout

    assert _eventually(lambda: shared.processes() == ALL)
    status = shared.run("status", "--json")
    found = json.loads(status.stdout)
    assert status.returncode == 0, found
    assert found["healthy"]
    assert {process["name"] for process in found["processes"]} == ALL
    assert found["containers"] == []
    assert found["service"]["hosts"] == ["local"]

    down = shared.run("down")
    assert down.returncode == 0
    assert shared.left() == []
    assert health.get(f"https://localhost:{shared.port}/healthz") is None
    assert "Nothing was running" in shared.run("down").stdout
    assert shared.run("status").returncode == 1


@pytest.mark.alone
def test_second_up_serves_within_five_seconds(shared: Turtus) -> None:
    """What is installed, built and migrated is not looked at twice.

    Twice the goal here, and the best of three: other work on the machine makes it slower, never faster.
    """
    if not (shared.layout.state / "run" / "migrated").is_file():
        _up(shared)
    took_s = []
    for _ in range(3):
        shared.run("down")
        began = time.monotonic()
        _up(shared)
        took_s.append(time.monotonic() - began)
        if took_s[-1] < 10:
            break
    assert min(took_s) < 10, took_s


def test_process_that_dies_is_started_again(shared: Turtus) -> None:
    """A killed worker, web server or Redis comes back, and the stack is well again."""
    if record.running(shared.layout.record) is None:
        _up(shared)
    for name in ("web", "worker", "redis"):
        before = record.processes(shared.layout.record)[name]
        os.killpg(before.pid, signal.SIGKILL)
        assert _eventually(
            lambda name=name, pid=before.pid: (  # type: ignore[misc]
                record.processes(shared.layout.record)[name].pid != pid
            )
        )
    assert _eventually(lambda: health.serving(f"https://localhost:{shared.port}") is None, 40)
    assert record.processes(shared.layout.record)["web"].restarts == 1


def test_two_at_once_make_one_stack(turtus: Turtus) -> None:
    """The second one waits for the first and finds that it is up; `down` leaves nothing of either.

    With `--http`, which serves without TLS, for localhost or behind a proxy.
    """
    plain = ("up", "--detach", "--http")
    with turtus.begin(*plain) as one, turtus.begin(*plain) as other:
        said = [one.communicate(timeout=100)[0], other.communicate(timeout=100)[0]]
    assert [one.returncode, other.returncode] == [0, 0], said
    assert sorted("is up already" in text for text in said) == [False, True], said
    assert all(f"http://localhost:{turtus.port}" in text for text in said)
    answer = health.get(f"http://localhost:{turtus.port}/healthz")
    assert answer is not None
    assert answer.status == 200
    assert turtus.run("down").returncode == 0
    time.sleep(2)  # a supervisor that was overlooked would start its processes again
    assert turtus.left() == []


def test_down_while_it_starts(turtus: Turtus) -> None:
    """Who waits for it is told at once that it will not come."""
    with turtus.begin("up", "--detach") as process:
        assert _eventually(lambda: record.running(turtus.layout.record) is not None, 60)
        assert turtus.run("down").returncode == 0
        text, _ = process.communicate(timeout=30)
    assert process.returncode == 1, text
    assert "did not start" in text
    assert turtus.left() == []


def test_ctrl_c_stops_everything(turtus: Turtus) -> None:
    """In the foreground the signal of the keyboard ends the stack, with status 0."""
    with turtus.begin("up") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.startswith("Ctrl-C stops it") for line in lines)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 0, rest
    assert turtus.left() == []


def test_ctrl_c_at_once_stops_everything(turtus: Turtus) -> None:
    """Somebody who changes their mind while the processes start is heard, too."""
    with turtus.begin("up") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("starting the processes" in line for line in lines)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(timeout=30) == 0
    assert turtus.left() == []


def test_ctrl_c_leaves_what_is_in_the_background(turtus: Turtus) -> None:
    """Only the waiting ends; that the rest goes on, and how it is stopped, is said."""
    with turtus.begin("up", "--detach") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("starting the processes" in line for line in lines)
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
        assert process.wait(timeout=30) == 130
    assert "Interrupted. Turtus goes on in the background; `./turtus down` stops it." in said
    assert record.running(turtus.layout.record)
    assert turtus.run("down").returncode == 0
    assert turtus.left() == []


def test_down_after_a_crash(turtus: Turtus) -> None:
    """With the supervisor gone, `down` still finds processes and browser containers,
    whatever is wrong in .env meanwhile; `up` works afterwards."""
    _up(turtus)
    stack = record.running(turtus.layout.record)
    assert stack is not None
    labels = [f"--label=turtus.install={turtus.install_id}", "--label=turtus.browser=left"]
    shell.run(["docker", "run", "--detach", *labels, "debian:trixie-slim", "sleep", "600"])
    os.kill(stack.supervisor.pid, signal.SIGKILL)
    assert _eventually(lambda: not stack.supervisor.alive())
    assert turtus.left()

    good = turtus.layout.env_file.read_text()
    try:
        turtus.layout.env_file.write_text(good + "TURTUS_SERVER_PORT=nonsense\n")
        down = turtus.run("down")
    finally:
        turtus.layout.env_file.write_text(good)
    assert down.returncode == 0
    assert "1 browsers" in down.stdout
    assert turtus.left() == []
    _up(turtus)
    turtus.run("down")


def test_port_in_use_is_told_with_its_owner(turtus: Turtus) -> None:
    """A sentence, not a trace, and nothing is started."""
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", turtus.port))  # noqa: S104 - all interfaces, as the web server
        taken.listen()
        ended = turtus.run("up")
    assert ended.returncode == 1
    assert f"Port {turtus.port}, meant for the web server, is in use by" in ended.stderr
    assert f"(process {os.getpid()})" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert turtus.left() == []


def test_wrong_setting_is_told(turtus: Turtus, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the setting and the file to mend."""
    monkeypatch.setitem(turtus.environment, "TURTUS_SERVER_DOCKER_MODE", "aws")
    ended = turtus.run("up")
    assert ended.returncode == 1
    assert "TURTUS_SERVER_DOCKER_MODE" in ended.stderr
    assert "Traceback" not in ended.stderr
