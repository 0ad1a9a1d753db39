"""The supervisor with processes that are only pretended: SoundProcess, DeadOnArrival, NeverReady, NotThere."""

import asyncio
from collections import defaultdict

import pytest

from tests.support.aio import on_loop, until
from vb.supervisor.process import Running
from vb.supervisor.specs import ProcessSpec
from vb.supervisor.states import Changed, RestartPolicy, State
from vb.supervisor.supervisor import ProcessFailed, Supervisor

QUICK = RestartPolicy(max_failures=2, delay_s=0.01, max_delay_s=0.02)


class Pretended:
    """A process that lives until it is ended or told to die."""

    def __init__(self) -> None:
        self._gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def wait(self) -> str:
        return await asyncio.shield(self._gone)

    async def end(self, grace_s: float) -> None:
        self.die("signal 15")

    def last_lines(self) -> list[str]:
        return ["first words", "last words"]

    def die(self, how: str = "exit status 1") -> None:
        if not self._gone.done():
            self._gone.set_result(how)


class Stage:
    """Launches pretended processes and keeps what became of them."""

    def __init__(self) -> None:
        self.started: dict[str, list[Pretended]] = defaultdict(list)
        self.order: list[str] = []
        self.changes: list[Changed] = []
        self.dead_on_arrival: set[str] = set()
        self.not_there: set[str] = set()
        self.never_ready: set[str] = set()

    async def launch(self, spec: ProcessSpec) -> Running:
        if spec.name in self.not_there:
            raise FileNotFoundError(spec.argv[0])
        process = Pretended()
        self.started[spec.name].append(process)
        self.order.append(spec.name)
        if spec.name in self.dead_on_arrival:
            process.die()
        return process

    def spec(self, name: str, **fields: object) -> ProcessSpec:
        async def probe() -> bool:
            return name not in self.never_ready

        known: dict[str, object] = {"policy": QUICK, "start_timeout_s": 0.2} | fields
        return ProcessSpec(name, f"The {name}", (name,), {}, probe, **known)  # type: ignore[arg-type]

    def supervisor(self, *specs: ProcessSpec) -> Supervisor:
        return Supervisor(specs, self.changes.append, self.launch)

    def states(self, name: str) -> list[State]:
        return [change.after for change in self.changes if change.name == name]


@on_loop
async def test_processes_start_after_those_they_need() -> None:
    """Xvfb first, then what needs it; what needs nothing does not wait."""
    stage = Stage()
    boss = stage.supervisor(stage.spec("firefox", needs=("xvfb",)), stage.spec("xvfb"), stage.spec("pulse"))
    boss.start()
    await boss.running("firefox")
    assert stage.order.index("xvfb") < stage.order.index("firefox")
    assert stage.order.index("pulse") < stage.order.index("firefox")
    await boss.stop()


@on_loop
async def test_a_process_is_prepared_once_before_its_first_start() -> None:
    """Not again when it is restarted."""
    stage, prepared = Stage(), []
    boss = stage.supervisor(stage.spec("firefox", prepare=lambda: prepared.append(len(stage.order))))
    boss.start()
    await boss.running("firefox")
    stage.started["firefox"][0].die()
    await until(lambda: len(stage.started["firefox"]) == 2)
    assert prepared == [0]
    await boss.stop()


@on_loop
async def test_after_is_about_the_first_start_only() -> None:
    """What comes after the bus is not taken down with it."""
    stage = Stage()
    boss = stage.supervisor(stage.spec("dbus"), stage.spec("firefox", after=("dbus",)))
    boss.start()
    await boss.running("firefox")
    stage.started["dbus"][0].die()
    await until(lambda: len(stage.started["dbus"]) == 2)
    assert boss.state("firefox") is State.RUNNING
    assert len(stage.started["firefox"]) == 1
    await boss.stop()


@on_loop
async def test_a_process_that_dies_is_started_again() -> None:
    """RUNNING, EXITED, STARTING, RUNNING."""
    stage = Stage()
    boss = stage.supervisor(stage.spec("pulse"))
    boss.start()
    await boss.running("pulse")
    stage.started["pulse"][0].die()
    await until(lambda: len(stage.started["pulse"]) == 2)
    await boss.running("pulse")
    assert stage.states("pulse") == [
        State.STARTING,
        State.RUNNING,
        State.EXITED,
        State.STARTING,
        State.RUNNING,
    ]
    await boss.stop()


@on_loop
async def test_what_needs_the_dead_one_is_taken_down_and_comes_back() -> None:
    """Xvfb dies: Firefox is stopped, not blamed, and starts again after Xvfb."""
    stage = Stage()
    boss = stage.supervisor(stage.spec("xvfb"), stage.spec("firefox", needs=("xvfb",)))
    boss.start()
    await boss.running("firefox")
    stage.started["xvfb"][0].die("signal 9")
    await until(lambda: len(stage.started["firefox"]) == 2)
    await boss.running("firefox")
    assert State.EXITED not in stage.states("firefox")
    assert stage.order == ["xvfb", "firefox", "xvfb", "firefox"]
    await boss.stop()


@on_loop
async def test_when_both_die_together_only_the_needed_one_is_to_blame() -> None:
    """Firefox dies of Xvfb's death before the supervisor has noticed that: it does not count as failing."""
    stage = Stage()
    strict = RestartPolicy(max_failures=0)
    boss = stage.supervisor(stage.spec("xvfb"), stage.spec("firefox", needs=("xvfb",), policy=strict))
    boss.start()
    await boss.running("firefox")
    stage.started["firefox"][0].die()
    await asyncio.sleep(0.02)
    stage.started["xvfb"][0].die()
    await until(lambda: len(stage.started["firefox"]) == 2)
    await boss.running("firefox")
    await boss.stop()


@on_loop
async def test_a_process_that_keeps_dying_is_given_up() -> None:
    """After one failure too many ``failed`` raises, with the process's last words."""
    stage = Stage()
    stage.dead_on_arrival.add("firefox")
    boss = stage.supervisor(stage.spec("firefox"))
    boss.start()
    with pytest.raises(ProcessFailed) as caught:
        await boss.failed()
    assert str(caught.value) == "The firefox keeps failing (last words)"
    assert caught.value.name == "firefox"
    assert len(stage.started["firefox"]) == 3
    assert boss.state("firefox") is State.FATAL
    await boss.stop()


@on_loop
async def test_a_program_that_is_not_there_is_given_up() -> None:
    """A launch that fails counts as a death."""
    stage = Stage()
    stage.not_there.add("firefox")
    boss = stage.supervisor(stage.spec("firefox"))
    boss.start()
    with pytest.raises(ProcessFailed, match="no output"):
        await boss.failed()
    await boss.stop()


@on_loop
async def test_a_process_that_is_never_ready_is_ended_and_retried() -> None:
    """NeverReady: after the start timeout it is ended; that counts as a failure."""
    stage = Stage()
    stage.never_ready.add("openbox")
    boss = stage.supervisor(stage.spec("openbox", start_timeout_s=0.05))
    boss.start()
    await until(lambda: len(stage.started["openbox"]) == 2)
    stage.never_ready.clear()
    await boss.running("openbox")
    assert stage.states("openbox")[:2] == [State.STARTING, State.BACKOFF]
    await boss.stop()


@on_loop
async def test_stop_ends_everything_and_may_be_called_twice() -> None:
    """All processes end in STOPPED, whatever they were at."""
    stage = Stage()
    stage.never_ready.add("openbox")
    boss = stage.supervisor(
        stage.spec("xvfb"), stage.spec("openbox", needs=("xvfb",)), stage.spec("late", needs=("openbox",))
    )
    boss.start()
    await boss.running("xvfb")
    await until(lambda: boss.state("openbox") is State.STARTING)
    await boss.stop()
    await boss.stop()
    assert [boss.state(name) for name in ("xvfb", "openbox", "late")] == [State.STOPPED] * 3
