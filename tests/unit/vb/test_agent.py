"""How a browser begins and ends, with pretended processes and a pretended session."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.aio import on_loop, until
from vb import agent as module
from vb.agent import Agent
from vb.link.signal import BrowserEnded, SignalLost, SignalRefused
from vb.protocol.exits import AgentExit
from vb.protocol.messages import AgentStatus
from vb.session import Idle, ShutdownAsked
from vb.settings import read
from vb.supervisor.plan import Places
from vb.supervisor.states import Changed, State
from vb.supervisor.supervisor import ProcessFailed


class PretendedProcesses:
    """A supervisor: Firefox runs when the test says so, and fails when it says so."""

    made: "PretendedProcesses"

    def __init__(self, specs: Any, on_change: Callable[[Changed], None]) -> None:
        self.on_change = on_change
        self.up = asyncio.Event()
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.log: list[str] = []
        PretendedProcesses.made = self

    def start(self) -> None:
        self.log.append("start")

    async def running(self, name: str) -> None:
        assert name == "firefox"
        await self.up.wait()

    async def failed(self) -> None:
        await self.failure

    async def stop(self) -> None:
        self.log.append("stop")


class PretendedSession:
    """A session that stays until the test ends it."""

    made: "PretendedSession"

    def __init__(self) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.log: list[Any] = []
        PretendedSession.made = self

    async def run(self) -> None:
        await self.over

    def ready(self) -> None:
        self.log.append("ready")

    def notice(self, reason: str, message: str) -> None:
        self.log.append((reason, message))

    async def close(self, status: AgentStatus) -> None:
        self.log.append(status)


class Scene:
    """An agent at work."""

    def __init__(self, tmp_path: Path) -> None:
        places = Places(tmp_path / "home", tmp_path / "run", tmp_path, tmp_path / "warm")
        self.agent = Agent(read(["-s", "ws://x/"], {}), places, os.environ["PATH"])
        self.running = asyncio.create_task(self.agent.run())

    async def begin(self, *, ready: bool = True) -> None:
        await until(lambda: self.agent._session is not None)
        if ready:
            PretendedProcesses.made.up.set()
            await until(lambda: self.session.log == ["ready"])

    @property
    def session(self) -> PretendedSession:
        return PretendedSession.made

    @property
    def processes(self) -> PretendedProcesses:
        return PretendedProcesses.made

    async def ended(self) -> tuple[AgentExit, AgentStatus]:
        status = await self.running
        said = self.session.log[-1]
        assert isinstance(said, AgentStatus)
        assert self.processes.log == ["start", "stop"]
        return status, said


@pytest.fixture(autouse=True)
def _pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_session(*args: Any) -> PretendedSession:
        return PretendedSession()

    def load(name: str) -> Any:
        assert name == "vb.session"
        assert PretendedProcesses.made.log == ["start"], "the processes start before anything heavy is loaded"
        return SimpleNamespace(open_session=open_session)

    monkeypatch.setattr(module, "Supervisor", PretendedProcesses)
    monkeypatch.setattr(module, "importlib", SimpleNamespace(import_module=load))


ENDINGS = [
    (Idle(60.0), AgentExit.IDLE, "stopping", "idle", "Nobody has watched for 60 s."),
    (ShutdownAsked("Ana"), AgentExit.STOPPED, "stopping", "stopped", "Asked to stop: Ana."),
    (ShutdownAsked(""), AgentExit.STOPPED, "stopping", "stopped", "Asked to stop."),
    (BrowserEnded(), AgentExit.STOPPED, "stopping", "stopped", "The signal server has ended this browser."),
    (
        SignalLost(60.2),
        AgentExit.SIGNAL_LOST,
        "failed",
        "signal_lost",
        "The signal server has been gone for 60 s.",
    ),
    (
        SignalRefused(4401, "no_session"),
        AgentExit.REFUSED,
        "failed",
        "refused",
        "The signal server refused this browser (4401 no_session).",
    ),
    (ValueError("bug"), AgentExit.CRASHED, "failed", "crashed", "The browser's agent has crashed."),
]


@pytest.mark.parametrize(("error", "status", "state", "reason", "message"), ENDINGS)
def test_every_ending_has_a_status_a_code_and_a_sentence(
    error: Exception, status: AgentExit, state: str, reason: str, message: str, tmp_path: Path
) -> None:
    """The worker reads the status, the room the rest; the processes are stopped."""

    @on_loop
    async def check() -> None:
        scene = Scene(tmp_path)
        await scene.begin()
        scene.session.over.set_exception(error)
        assert await scene.ended() == (status, AgentStatus(state=state, reason=reason, message=message))  # type: ignore[arg-type]

    check()


@pytest.mark.parametrize("ready", [True, False])
def test_a_process_that_is_given_up_ends_it(ready: bool, tmp_path: Path) -> None:
    """Before ready the start has failed, afterwards the process has."""

    @on_loop
    async def check() -> None:
        scene = Scene(tmp_path)
        await scene.begin(ready=ready)
        scene.processes.failure.set_exception(ProcessFailed("firefox", "Firefox", "no output"))
        status, said = await scene.ended()
        assert status == (AgentExit.PROCESS_FAILED if ready else AgentExit.START_FAILED)
        assert (said.state, said.reason) == ("failed", "process_failed" if ready else "start_failed")
        assert said.message == "Firefox keeps failing (no output)."

    check()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(number: signal.Signals, tmp_path: Path) -> None:
    """At any time."""

    @on_loop
    async def check() -> None:
        scene = Scene(tmp_path)
        await scene.begin(ready=False)
        os.kill(os.getpid(), number)
        status, said = await scene.ended()
        assert status == AgentExit.STOPPED
        assert (said.state, said.reason) == ("stopping", "killed")

    check()


@on_loop
async def test_a_session_that_cannot_be_opened_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its port is taken: nobody can be told, but the status says so and the processes are stopped."""

    async def open_session(*args: Any) -> Any:
        raise OSError(98, "Address already in use")

    load = SimpleNamespace(import_module=lambda name: SimpleNamespace(open_session=open_session))
    monkeypatch.setattr(module, "importlib", load)
    scene = Scene(tmp_path)
    assert await scene.running == AgentExit.CRASHED
    assert scene.processes.log == ["start", "stop"]


@on_loop
async def test_a_close_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An orderly end has its limit."""
    monkeypatch.setattr(module, "GRACE_S", 0.1)

    async def hang(self: PretendedSession, status: AgentStatus) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(PretendedSession, "close", hang)
    scene = Scene(tmp_path)
    await scene.begin()
    scene.session.over.set_exception(Idle(1.0))
    assert await scene.running == AgentExit.IDLE


@on_loop
async def test_a_mended_process_is_told_once_it_runs_again(tmp_path: Path) -> None:
    """With its name for people; not before the browser is ready, and not for what was taken down on purpose."""
    scene = Scene(tmp_path)
    await scene.begin(ready=False)

    def pass_through(name: str, *states: State) -> None:
        for state in states:
            scene.processes.on_change(Changed(name, State.STOPPED, state, 0.0))

    pass_through("firefox", State.STARTING, State.BACKOFF, State.STARTING, State.RUNNING)
    assert scene.session.log == []
    scene.processes.up.set()
    await until(lambda: scene.session.log == ["ready"])
    pass_through("firefox", State.STOPPING, State.STOPPED, State.STARTING, State.RUNNING)
    assert scene.session.log == ["ready"]
    pass_through("xvfb", State.EXITED, State.STARTING, State.RUNNING)
    assert scene.session.log[-1] == ("xvfb_restarted", "The screen was restarted.")
    scene.session.over.set_exception(Idle(1.0))
    await scene.ended()
