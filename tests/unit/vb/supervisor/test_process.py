"""Real operating system processes: lines, groups, ends."""

import asyncio
import os
import time

import pytest

from tests.support.aio import on_loop, until
from vb.supervisor.process import LAST_LINES, launch
from vb.supervisor.specs import ProcessSpec


async def never() -> bool:
    return False


def shell(script: str) -> ProcessSpec:
    return ProcessSpec("sh", "The shell", ("sh", "-c", script), {"PATH": os.environ["PATH"]}, never)


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@on_loop
async def test_its_end_is_told_in_words() -> None:
    """An exit status, or the signal that killed it."""
    assert await (await launch(shell("exit 3"))).wait() == "exit status 3"
    assert await (await launch(shell("kill -9 $$"))).wait() == "signal 9"


@on_loop
async def test_the_newest_lines_are_kept() -> None:
    """Both outputs, oldest first, no more than a few, and a giant line does not stop the rest."""
    process = await launch(
        shell("head -c 200000 /dev/zero | tr '\\0' a; echo; for i in $(seq 20); do echo line $i >&2; done")
    )
    await process.wait()
    assert process.last_lines()[-1] == "line 20"
    assert len(process.last_lines()) == LAST_LINES


@on_loop
async def test_only_the_given_environment_reaches_it() -> None:
    """The agent's own variables, its token above all, stay with the agent."""
    os.environ["TURTUS_VB_TOKEN"] = "secret"
    try:
        process = await launch(shell("env"))
        await process.wait()
    finally:
        del os.environ["TURTUS_VB_TOKEN"]
    assert not any("secret" in line for line in process.last_lines())


@on_loop
async def test_end_takes_the_whole_group() -> None:
    """Children go too, even those that do not listen to SIGTERM."""
    process = await launch(shell("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' & wait"))
    await until(lambda: bool(process.last_lines()))
    child = int(process.last_lines()[0])
    assert alive(child)
    began = time.monotonic()
    await process.end(0.3)
    await process.end(0.3)
    await until(lambda: not alive(child))
    assert time.monotonic() - began < 2.0


@on_loop
async def test_a_stubborn_process_is_killed_after_its_grace() -> None:
    """SIGTERM, then the grace, then SIGKILL."""
    process = await launch(shell("trap '' TERM; echo up; while :; do sleep 0.05; done"))
    await until(lambda: bool(process.last_lines()))
    await process.end(0.2)
    assert await process.wait() == "signal 9"


@on_loop
async def test_a_grandchild_that_keeps_the_pipe_does_not_keep_us() -> None:
    """The end is told at once though somebody still holds the output."""
    process = await launch(shell("setsid sleep 3 & exit 0"))
    async with asyncio.timeout(1.5):
        assert await process.wait() == "exit status 0"


@on_loop
async def test_a_program_that_is_not_there_raises() -> None:
    """OSError, for the supervisor to count."""
    with pytest.raises(OSError, match="turtus-nothing"):
        await launch(ProcessSpec("x", "X", ("turtus-nothing",), {}, never))
