"""launcher.record: what runs, and telling a process from another that got its id."""

import os
import subprocess
import threading
import time
from pathlib import Path

from launcher import record
from launcher.record import Process, Stack


def _stack(supervisor: Process) -> Stack:
    return Stack(supervisor, "https://localhost:8443", time.time(), 1.5)


def test_write_and_read(tmp_path: Path) -> None:
    """What was written is read again."""
    path = tmp_path / "turtus.json"
    stack = _stack(record.process(os.getpid()))
    record.write(path, stack)
    assert record.read(path) == stack
    assert record.running(path) == stack


def test_running_is_none_when_the_supervisor_is_gone(tmp_path: Path) -> None:
    """A file that a crash left is not a running stack, even if its process id is in use again."""
    path = tmp_path / "turtus.json"
    record.write(path, _stack(Process(os.getpid(), began=1)))
    assert record.running(path) is None


def test_read_of_a_broken_file(tmp_path: Path) -> None:
    """Half a file is no stack."""
    path = tmp_path / "turtus.json"
    path.write_text('{"supervisor": {"pid": 1')
    assert record.read(path) is None
    path.write_text('{"supervisor": {"pid": 1, "began": 2}}')
    assert record.read(path) is None


def test_processes_are_read_beside_the_stack(tmp_path: Path) -> None:
    """Each process has a file of its own; clear forgets them all."""
    path = tmp_path / "turtus.json"
    mine = record.process(os.getpid(), restarts=2)
    record.write(path, _stack(mine))
    record.write(tmp_path / "web.json", mine)
    (tmp_path / "broken.json").write_text("[]")
    assert record.processes(path) == {"web": mine}
    record.clear(path)
    assert record.read(path) is None
    assert record.processes(path) == {}


def test_a_zombie_does_not_run() -> None:
    """What has ended and was not waited for has not begun, for us."""
    child = subprocess.Popen(["true"])
    deadline = time.monotonic() + 5
    while record.began(child.pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert record.began(child.pid) is None
    child.wait()


def test_end_finds_marked_processes_and_no_others() -> None:
    """Whatever carries the mark of the install is ended; the rest is left alone."""
    marked = subprocess.Popen(["sleep", "60"], env={**os.environ, record.MARK: "test-record"})
    stranger = subprocess.Popen(["sleep", "60"], env={**os.environ, record.MARK: "test-record-2"})
    try:
        assert record.end("test-record", grace_s=0.3) == 1
        assert marked.wait(timeout=5) != 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_end_kills_what_does_not_listen() -> None:
    """A process that ignores the polite signal is killed after the grace."""
    script = "trap '' TERM; echo ready; while :; do sleep 0.1; done"
    deaf = subprocess.Popen(
        ["sh", "-c", script], env={**os.environ, record.MARK: "test-deaf"}, stdout=subprocess.PIPE
    )
    with deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        record.end("test-deaf", grace_s=0.3)
        assert deaf.wait(timeout=5) == -9


def test_only_one_at_a_time(tmp_path: Path) -> None:
    """The second one says that it waits, and goes on when the first is done."""
    path = tmp_path / "turtus.json"
    waits, done = threading.Event(), threading.Event()

    def second() -> None:
        with record.one_at_a_time(path, waits.set):
            done.set()

    with record.one_at_a_time(path, lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(5)
        assert not done.wait(0.1)
    assert done.wait(5)
    thread.join()
