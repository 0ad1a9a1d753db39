"""One operating system process: started in its own group, its lines logged, ended as a group.

The only file here that talks to the operating system about processes; tests replace ``Launcher``.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections import deque
from typing import Protocol

from vb.supervisor.specs import ProcessSpec

LAST_LINES = 12
_LINE_LIMIT_BYTES = 64 * 1024
_log = logging.getLogger("vb.process")


class Running(Protocol):
    """A started process."""

    async def wait(self) -> str:
        """Until it has ended; says how, for logs ("exit status 1", "signal 9"). May be awaited often."""
        ...

    async def end(self, grace_s: float) -> None:
        """Ask the whole group to end, and kill what is left after ``grace_s`` seconds. Idempotent."""
        ...

    def last_lines(self) -> list[str]:
        """The newest lines that it wrote, oldest first."""
        ...


class Launcher(Protocol):
    """Starts processes."""

    async def __call__(self, spec: ProcessSpec) -> Running:
        """Start it.

        Raises:
            OSError: the program is not there or cannot be run.
        """
        ...


class ChildProcess:
    """A real process, as ``Running``."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        output: asyncio.StreamReader,
        pipe: asyncio.ReadTransport,
    ) -> None:
        self._name = name
        self._process = process
        self._output = output
        self._pipe = pipe
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._reader = asyncio.create_task(self._read_lines(), name=f"lines of {name}")
        self._waiter = asyncio.create_task(self._wait(), name=f"exit of {name}")

    async def wait(self) -> str:
        return await asyncio.shield(self._waiter)

    async def end(self, grace_s: float) -> None:
        if not self._waiter.done():
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._waiter), grace_s)
        self._signal(signal.SIGKILL)  # whoever of the group is left
        await self.wait()

    def last_lines(self) -> list[str]:
        return list(self._lines)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def _wait(self) -> str:
        status = await self._process.wait()
        self._signal(signal.SIGKILL)
        # A grandchild that left the group may hold the pipe: do not wait for the end of the lines.
        await asyncio.wait({self._reader}, timeout=0.1)
        self._reader.cancel()
        self._pipe.close()
        return f"signal {-status}" if status < 0 else f"exit status {status}"

    async def _read_lines(self) -> None:
        while True:
            try:
                line = await self._output.readline()
            except ValueError:  # longer than the limit: asyncio has dropped it
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._lines.append(text)
                _log.debug("%s: %s", self._name, text)


async def launch(spec: ProcessSpec) -> Running:
    """The real ``Launcher``."""
    read_end, write_end = os.pipe()
    output = asyncio.StreamReader(limit=_LINE_LIMIT_BYTES)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(read_end, "rb")
    )
    try:
        process = await asyncio.create_subprocess_exec(
            *spec.argv,
            env=dict(spec.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError:
        pipe.close()
        raise
    finally:
        os.close(write_end)
    return ChildProcess(spec.name, process, output, pipe)
