"""The agent: starts the processes, then joins the room, and knows when and how to end.

It ends in one of three ways, or because something is broken: a shutdown message (or SIGTERM), the timeout
after the last viewer has left, the signal server going away for good.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vb import census, tidy
from vb.desktop.screen import LiveScreen
from vb.protocol.exits import AgentExit
from vb.protocol.messages import AgentStatus
from vb.protocol.reasons import AgentReason
from vb.settings import Settings
from vb.supervisor.plan import SINK, Places, Screen, child_environment, plan
from vb.supervisor.states import Changed, State
from vb.supervisor.supervisor import ProcessFailed, Supervisor

if TYPE_CHECKING:
    from vb.session import Session

GRACE_S = 2.0
"""How long an orderly end may take."""
_log = logging.getLogger("vb.agent")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why it is over: exit status, a code for machines, a sentence for people."""

    status: AgentExit
    reason: AgentReason
    sentence: str

    @property
    def failed(self) -> bool:
        """Whether something is broken, as opposed to meant."""
        return self.status not in (AgentExit.STOPPED, AgentExit.IDLE)


class Agent:
    """One virtual browser, from the first process to the last."""

    def __init__(self, settings: Settings, places: Places, path: str) -> None:
        self._settings = settings
        self._screen = Screen(settings.width, settings.height)
        self._env = child_environment(self._screen, places, path)
        self._labels: dict[str, str] = {}
        self._mending: set[str] = set()
        self._live = LiveScreen(self._screen.display, settings.width, settings.height)
        specs = plan(self._screen, places, settings.url, path, self._live, settings.browser)
        self._labels = {spec.name: spec.label for spec in specs}
        self._supervisor = Supervisor(specs, self._process_changed)
        self._session: Session | None = None
        self._ready = False

    async def run(self) -> AgentExit:
        """Until it is over; returns the exit status. Must be called on the main thread (signals)."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        census.on_signal()
        self._supervisor.start()
        jobs = {
            asyncio.create_task(_until(stop), name="signals"),
            asyncio.create_task(self._supervisor.failed(), name="processes"),
            asyncio.create_task(self._room(), name="room"),
        }
        done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        ending = self._why(done)
        _log.log(logging.ERROR if ending.failed else logging.INFO, "ending: %s", ending.sentence)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._close(ending, jobs)
        return ending.status

    async def _room(self) -> None:
        module = await asyncio.to_thread(importlib.import_module, "vb.session")
        session: Session = await module.open_session(self._settings, self._live, f"{SINK}.monitor", self._env)
        self._session = session
        tidy.put_aside()
        ready = asyncio.create_task(self._open_when_ready(session), name="ready")
        try:
            await session.run()
        finally:
            ready.cancel()

    async def _open_when_ready(self, session: "Session") -> None:
        await self._supervisor.running(self._settings.browser)
        self._ready = True
        session.ready()

    def _process_changed(self, change: Changed) -> None:
        if change.after in (State.EXITED, State.BACKOFF):
            self._mending.add(change.name)
        elif change.after is State.RUNNING and change.name in self._mending:
            self._mending.discard(change.name)
            if self._ready and self._session is not None:
                self._session.notice(
                    f"{change.name}_restarted", f"{self._labels[change.name]} was restarted."
                )

    def _why(self, done: "set[asyncio.Task[None]]") -> Ending:
        errors = [error for task in done if not task.cancelled() and (error := task.exception()) is not None]
        if not errors:
            return Ending(AgentExit.STOPPED, AgentReason.KILLED, "The browser was killed on the server.")
        error = errors[0]
        if isinstance(error, ProcessFailed):
            if self._ready:
                return Ending(AgentExit.PROCESS_FAILED, AgentReason.PROCESS_FAILED, f"{error}.")
            return Ending(AgentExit.START_FAILED, AgentReason.START_FAILED, f"{error}.")
        kind = type(error).__name__
        if kind in _ENDINGS:
            status, reason = _ENDINGS[kind]
            return Ending(status, reason, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        _log.critical("the agent has crashed", exc_info=error)
        return Ending(AgentExit.CRASHED, AgentReason.CRASHED, "The browser's agent has crashed.")

    async def _close(self, ending: Ending, jobs: "set[asyncio.Task[None]]") -> None:
        processes = asyncio.create_task(self._supervisor.stop(), name="stop processes")
        if self._session is not None:
            await self._session.close(
                AgentStatus(
                    state="failed" if ending.failed else "stopping",
                    reason=ending.reason,
                    message=ending.sentence,
                )
            )
        for job in jobs:
            job.cancel()
        await asyncio.gather(processes, *jobs, return_exceptions=True)


async def _until(event: asyncio.Event) -> None:
    await event.wait()


_ENDINGS = {
    "Idle": (AgentExit.IDLE, AgentReason.IDLE),
    "ShutdownAsked": (AgentExit.STOPPED, AgentReason.STOPPED),
    "BrowserEnded": (AgentExit.STOPPED, AgentReason.STOPPED),
    "SignalLost": (AgentExit.SIGNAL_LOST, AgentReason.SIGNAL_LOST),
    "SignalRefused": (AgentExit.REFUSED, AgentReason.REFUSED),
}
"""By the name of the error: their modules are loaded late, see ``Agent._room``."""


def run(settings: Settings) -> AgentExit:
    """Run one virtual browser in this container."""
    home = Path.home()
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")) / "turtus"
    here = Path(__file__).parent
    places = Places(home, runtime, here / "image", here.parent / "profile")
    places.make()
    sys.setswitchinterval(0.001)  # the encoders' threads must not wait long for the interpreter
    return asyncio.run(Agent(settings, places, os.environ.get("PATH", "/usr/bin:/bin")).run())
