"""launcher.supervisor: how long to wait before a start, and where words go."""

import datetime as dt
import io
import multiprocessing
import queue
import signal
import threading
from pathlib import Path

import pytest
from honcho.printer import Message

from launcher import supervisor
from launcher.plan import Program
from launcher.supervisor import KeptProcess, Logs, Supervisor, restart_wait_s


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


@pytest.mark.timeout(20)
def test_a_full_disk_keeps_nothing_from_being_started_again(tmp_path: Path) -> None:
    """The note is lost and that is told once; the manager hears of each start and of one end."""
    (tmp_path / "web.new").symlink_to("/dev/full")
    stopping = multiprocessing.Event()
    kept = KeptProcess("exit 3", name="web", stopping=stopping, run=tmp_path)
    heard: queue.Queue[Message] = queue.Queue()
    keeper = threading.Thread(target=kept.run, args=(heard,), daemon=True)
    keeper.start()
    starts, lines = 0, []
    while starts < 2:
        message = heard.get(timeout=10)
        starts += message.type == "start"
        lines += [message.data] if message.type == "line" else []
    stopping.set()
    keeper.join(10)
    while (message := heard.get(timeout=10)).type != "stop":
        continue
    assert message.data == {"returncode": 3}
    assert sum("No space left on device" in str(line) for line in lines) == 1


@pytest.mark.timeout(20)
def test_what_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    """The system refuses it (here for want of a folder), which is told: it is no end, and it passes."""
    folder, stopping = tmp_path / "later", multiprocessing.Event()
    kept = KeptProcess("exit 3", name="web", stopping=stopping, run=tmp_path, cwd=str(folder))
    heard: queue.Queue[Message] = queue.Queue()
    keeper = threading.Thread(target=kept.run, args=(heard,), daemon=True)
    keeper.start()
    lines: list[str] = []
    while "web ended with status 3; starting it again" not in "".join(lines):
        message = heard.get(timeout=10)
        assert message.type != "stop"
        lines += [message.data] if message.type == "line" else []
        folder.mkdir(exist_ok=True)
    assert lines[0] == "web cannot be started (No such file or directory); trying again in 0.5 s\n"
    stopping.set()
    keeper.join(10)
    while (message := heard.get(timeout=10)).type != "stop":
        continue
    assert message.data == {"returncode": 3}


@pytest.mark.timeout(20)
def test_the_end_comes_although_nothing_could_be_started(tmp_path: Path) -> None:
    """Asked for, it is not put off until the system allows a start."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    logs = Logs(tmp_path, echo=False)
    logs.output = io.StringIO()
    made = Supervisor(
        [Program("web", ("sleep", "60"))],
        environment={},
        folder=tmp_path / "none",
        logs=logs,
        run=tmp_path,
        on_started=lambda: None,
    )
    threading.Timer(1.0, made.terminate).start()
    try:
        made.loop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        logs.close()
    assert "web cannot be started" in logs.output.getvalue()


def test_the_end_is_told_whatever_happens(tmp_path: Path) -> None:
    """A keeper that fails does not leave the manager waiting for it."""
    kept = KeptProcess("true\0", name="web", stopping=multiprocessing.Event(), run=tmp_path)
    heard: queue.Queue[Message] = queue.Queue()
    with pytest.raises(ValueError, match="null byte"):
        kept.run(heard)
    assert heard.get_nowait().type == "stop"


def test_a_full_disk_takes_the_log_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither a line, nor the terminal that is a file on the same disk, nor the end raises anything."""
    (tmp_path / "web.log").symlink_to("/dev/full")
    logs = Logs(tmp_path, echo=True)
    logs.output = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115
    logs.write(_message("web", "web ended with status 1\n"))
    logs.write(_message("web", b"GET / 200\n"))
    logs.close()
    with pytest.raises(OSError, match="No space left"):
        logs.output.close()
    assert "Traceback" not in capsys.readouterr().err
