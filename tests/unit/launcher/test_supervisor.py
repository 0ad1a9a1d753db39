"""launcher.supervisor: how long to wait before a start, and where words go."""

import datetime as dt
import io
from pathlib import Path

import pytest
from honcho.printer import Message

from launcher import supervisor
from launcher.supervisor import Logs, Supervisor, restart_wait_s


@pytest.mark.parametrize(
    ("waited_s", "ran_s", "wait_s"),
    [
        (0.0, 0.1, supervisor.RESTART_MIN_S),
        (0.5, 0.1, 1.0),
        (16.0, 1.0, 30.0),
        (30.0, 1.0, supervisor.RESTART_MAX_S),
        (30.0, 25.0, supervisor.RESTART_MIN_S),
    ],
)
def test_restart_wait(waited_s: float, ran_s: float, wait_s: float) -> None:
    """Quick failures wait longer and longer; a steady run starts over."""
    assert restart_wait_s(waited_s, ran_s) == wait_s


def _message(name: str, data: str | bytes) -> Message:
    return Message("line", data, dt.datetime.now(dt.UTC), name, None)


def test_logs_go_to_files_and_only_our_words_to_the_terminal(tmp_path: Path) -> None:
    """A program's lines are in its log; that it ended is told to the person, too."""
    logs = Logs(tmp_path, echo=False)
    logs.output = io.StringIO()
    logs.write(_message("web", b"GET / 200\n"))
    logs.write(_message("web", "web ended with status 1; starting it again in 0.5 s\n"))
    logs.write(_message("system", "sending SIGTERM to web\n"))
    assert (tmp_path / "web.log").read_text().splitlines() == [
        "GET / 200",
        "web ended with status 1; starting it again in 0.5 s",
    ]
    assert "starting it again" in logs.output.getvalue()
    assert "GET" not in logs.output.getvalue()
    assert "SIGTERM" not in logs.output.getvalue()
    logs.close()


def test_logs_echo_everything_if_asked(tmp_path: Path) -> None:
    """`--verbose` shows what the programs say."""
    logs = Logs(tmp_path, echo=True)
    logs.output = io.StringIO()
    logs.write(_message("web", b"GET / 200\n"))
    assert "GET / 200" in logs.output.getvalue()
    logs.close()


@pytest.mark.timeout(20)
def test_asking_for_the_end_waits_for_no_lock(tmp_path: Path) -> None:
    """A signal may come while the main thread holds the very lock: it would wait for itself for ever."""
    made = Supervisor(
        [],
        environment={},
        folder=tmp_path,
        logs=Logs(tmp_path, echo=False),
        run=tmp_path,
        on_started=lambda: None,
    )
    with made._stopping._cond:  # type: ignore[attr-defined]
        made.terminate()
    assert made.stopping
