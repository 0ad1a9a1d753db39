"""What a process holds: more is more, and the log says it on a signal."""

import asyncio
import json
import logging
import os
import signal
import socket
import tempfile
import threading

import pytest

from tests.support.aio import on_loop, until
from vb import census


async def lingering() -> None:
    await asyncio.sleep(60)


@on_loop
async def test_what_is_opened_is_counted() -> None:
    """A thread, a task, a socket and a file more; none when they have ended."""
    before = census.take()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="left over")
    thread.start()
    task = asyncio.create_task(lingering())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM), tempfile.TemporaryFile():
        held = census.take()
    assert held["threads"]["left over"] == 1
    assert held["tasks"]["lingering"] == 1
    assert (held["sockets"] - before["sockets"], held["files"] - before["files"]) == (1, 1)
    assert 1000 < held["memory_kb"] < 10_000_000
    end.set()
    thread.join()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    after = census.take()
    assert [after[kind] for kind in ("threads", "tasks", "sockets", "files")] == [
        before[kind] for kind in ("threads", "tasks", "sockets", "files")
    ]


@on_loop
async def test_a_signal_has_it_said(caplog: pytest.LogCaptureFixture) -> None:
    """One line that a program can read."""
    caplog.set_level(logging.INFO, "vb.census")
    census.on_signal()
    os.kill(os.getpid(), signal.SIGUSR1)
    await until(lambda: bool(caplog.records))
    word, _, text = caplog.records[0].getMessage().partition(" ")
    assert word == "census"
    assert json.loads(text)["sockets"] >= 0
