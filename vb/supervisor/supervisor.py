"""Keeps the planned processes running: one task for each, all side by side.

A process starts when those that it needs run, is probed until ready, and is started again when it
dies. When one of those that it needs goes down it is taken down with it and comes back after it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Literal

from vb.logs import SUCCESS
from vb.supervisor.process import Launcher, Running, launch
from vb.supervisor.specs import ProcessSpec
from vb.supervisor.states import ALIVE, Changed, Lifecycle, State

PROBE_INTERVAL_S = 0.03
BLAME_S = 0.15
"""When two processes die together, how long until it is clear which one died of the other."""

_log = logging.getLogger("vb.supervisor")


class ProcessFailed(Exception):
    """A process has failed too often and is given up; ``label`` is its name for people."""

    def __init__(self, name: str, label: str, reason: str) -> None:
        super().__init__(name, label, reason)
        self.name = name
        self.label = label
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.label} keeps failing ({self.reason})"


class _Member:
    """A process and what is known about it. ``up`` and ``down`` are set while it runs / does not."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self.life = Lifecycle(spec.name, spec.policy)
        self.process: Running | None = None
        self.up = asyncio.Event()
        self.down = asyncio.Event()
        self.down.set()


class Supervisor:
    """Runs ``specs`` until ``stop``.

    ``on_change`` is called for every change of state, on the event loop; it must not block.
    """

    def __init__(
        self,
        specs: Iterable[ProcessSpec],
        on_change: Callable[[Changed], None] = lambda change: None,
        launcher: Launcher = launch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._members = {spec.name: _Member(spec) for spec in specs}
        self._on_change = on_change
        self._launch = launcher
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._failed = asyncio.Event()
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin to start everything. Call once, on a running event loop."""
        for member in self._members.values():
            task = asyncio.create_task(self._keep_running(member), name=f"supervise {member.spec.name}")
            task.add_done_callback(self._task_done)
            self._tasks.append(task)

    def state(self, name: str) -> State:
        """The state of one process."""
        return self._members[name].life.state

    async def running(self, name: str) -> None:
        """Until the named process runs."""
        await self._members[name].up.wait()

    async def failed(self) -> None:
        """Never returns.

        Raises:
            ProcessFailed: a process has failed too often.
        """
        await self._failed.wait()
        if self._error is not None:
            raise self._error

    async def stop(self) -> None:
        """End every process, all at the same time. Idempotent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and self._error is None:
            self._error = error
            self._failed.set()

    async def _keep_running(self, member: _Member) -> None:
        spec = member.spec
        try:
            if spec.prepare is not None:
                await asyncio.to_thread(spec.prepare)
            for name in spec.after:
                await self._members[name].up.wait()
            while True:
                for name in spec.needs:
                    await self._members[name].up.wait()
                await asyncio.sleep(member.life.delay_s(self._clock()))
                await self._one_life(member)
                if member.life.state is State.FATAL:
                    raise ProcessFailed(spec.name, spec.label, self._last_words(member))
        finally:
            await self._take_down(member, "shutdown")

    async def _one_life(self, member: _Member) -> None:
        """From start to death, or until something that it needs is gone."""
        spec = member.spec
        self._changed(member, member.life.start(self._clock()))
        try:
            member.process = process = await self._launch(spec)
        except OSError as error:
            self._changed(member, member.life.died(self._clock(), str(error)))
            return
        exited = asyncio.create_task(process.wait(), name=f"wait for {spec.name}")
        lost = [
            asyncio.create_task(self._members[name].down.wait(), name=f"{spec.name} needs {name}")
            for name in spec.needs
        ]
        ready = asyncio.create_task(self._probe_until_ready(spec), name=f"probe {spec.name}")
        try:
            await asyncio.wait(
                {exited, ready, *lost}, timeout=spec.start_timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
            if ready.done() and ready.exception() is None and not exited.done():
                self._changed(member, member.life.ready(self._clock()))
                await asyncio.wait({exited, *lost}, return_when=asyncio.FIRST_COMPLETED)
            await self._bury(member, process, exited, lost)
        finally:
            for task in (exited, ready, *lost):
                task.cancel()
            await asyncio.gather(exited, ready, *lost, return_exceptions=True)

    async def _bury(
        self,
        member: _Member,
        process: Running,
        exited: "asyncio.Task[str]",
        lost: "list[asyncio.Task[Literal[True]]]",
    ) -> None:
        """It has died, did not get ready in time, or lost what it needs: find out which, and move on."""
        if exited.done() and lost:
            await asyncio.wait(lost, timeout=BLAME_S, return_when=asyncio.FIRST_COMPLETED)
        lost_need = any(task.done() for task in lost)
        if lost_need and not exited.done():
            await self._take_down(member, "what it needs is gone")
            return
        spec = member.spec
        reason = exited.result() if exited.done() else f"not ready after {spec.start_timeout_s:g} s"
        await process.end(0.0 if exited.done() else spec.stop_timeout_s)
        if not lost_need:
            _log.warning("%s: %s; last lines: %s", spec.name, reason, process.last_lines())
        self._changed(member, member.life.died(self._clock(), reason, to_blame=not lost_need))

    async def _probe_until_ready(self, spec: ProcessSpec) -> None:
        while not await spec.probe():  # noqa: ASYNC110 - nobody else tells when it is ready
            await asyncio.sleep(PROBE_INTERVAL_S)

    async def _take_down(self, member: _Member, reason: str) -> None:
        if member.life.state in (State.BACKOFF, State.EXITED):
            self._changed(member, member.life.stop(self._clock(), reason))
        if member.life.state not in ALIVE or member.process is None:
            return
        if member.life.state is not State.STOPPING:
            self._changed(member, member.life.stop(self._clock(), reason))
        await member.process.end(member.spec.stop_timeout_s)
        self._changed(member, member.life.died(self._clock(), reason))

    def _last_words(self, member: _Member) -> str:
        lines = member.process.last_lines() if member.process is not None else []
        return lines[-1][:160] if lines else "no output"

    def _changed(self, member: _Member, change: Changed) -> None:
        if change.after is State.RUNNING:
            member.up.set()
            member.down.clear()
        else:
            member.up.clear()
            member.down.set()
        _log.info(
            "%s: %s -> %s%s",
            change.name,
            change.before,
            change.after,
            f" ({change.reason})" if change.reason else "",
            extra=SUCCESS if change.after is State.RUNNING else None,
        )
        self._on_change(change)
