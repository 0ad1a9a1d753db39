"""``status``: what runs, where, healthy or not; the browsers and the rooms."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from launcher import addresses, browsers, config, health, plan, record, shell
from launcher.config import Config
from launcher.console import Console
from launcher.paths import Layout


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of the stack; ``pid`` is None if it does not run."""

    name: str
    pid: int | None
    restarts: int


@dataclass(frozen=True, slots=True)
class Status:
    """All that ``status`` tells.

    Attributes:
        running: whether there is a supervisor.
        healthy: whether the service answers that it is ready.
        problem: what is wrong, for people; None if nothing is.
        addresses: where to open it.
        up_s: seconds since the start; None if it does not run.
        processes: those that belong to the stack.
        containers: what the engine knows; None if it does not answer.
        service: what the database knows (rooms, browsers); None if it could not be asked.
    """

    running: bool
    healthy: bool
    problem: str | None
    addresses: list[str] = field(default_factory=list)
    up_s: float | None = None
    processes: list[ProcessStatus] = field(default_factory=list)
    containers: list[browsers.Container] | None = None
    service: Mapping[str, object] | None = None


def gather(layout: Layout) -> Status:
    """Look at everything. Changes nothing."""
    stack = record.running(layout.record)
    if not layout.env_file.exists():
        return Status(running=False, healthy=False, problem="Turtus was never started here")
    settings = config.read(layout)
    notes = record.processes(layout.record) if stack else {}
    processes = [_process(program.name, notes) for program in plan.programs(settings)]
    containers = browsers.list_all(settings.install_id)
    service = ask_service(settings)
    if stack is None:
        return Status(
            running=False,
            healthy=False,
            problem="Turtus is not running",
            processes=processes,
            containers=containers,
            service=service,
        )
    problem = health.serving(stack.url)
    down = [one.name for one in processes if one.pid is None]
    if problem is None and down:
        problem = f"not running: {', '.join(down)}"
    return Status(
        running=True,
        healthy=problem is None,
        problem=problem,
        addresses=addresses.to_open(stack.url, addresses.lan_addresses()),
        up_s=round(time.time() - stack.started_at, 1),
        processes=processes,
        containers=containers,
        service=service,
    )


def ask_service(settings: Config) -> Mapping[str, object] | None:
    """Rooms and browsers, as ``app.cli status`` tells them; None if it cannot."""
    result = shell.probe(
        [str(settings.layout.python), "-m", "app.cli", "status", "--json"],
        env=settings.environment(),
        cwd=settings.layout.root,
    )
    try:
        found = json.loads(result.stdout) if result.returncode == 0 else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def show(status: Status, console: Console) -> None:
    """For people."""
    if status.running:
        minutes = (status.up_s or 0) / 60
        state = "well" if status.healthy else f"NOT well: {status.problem}"
        console.say(f"Turtus has been up for {minutes:.0f} min and is {state}")
        for address in status.addresses:
            console.say(f"    {address}")
    else:
        console.say(f"{status.problem}. `./turtus up` starts it.")
    if status.running:
        console.say("\nProcesses")
        for one in status.processes:
            again = f", started again {one.restarts} times" if one.restarts else ""
            console.say(f"  {one.name:8} {f'pid {one.pid}' if one.pid else 'NOT running'}{again}")
    if status.containers is None:
        console.say("\nThe Docker engine does not answer.")
    elif status.containers:
        console.say("\nBrowser containers")
        for container in status.containers:
            console.say(f"  {container.name:40} {container.status}")
    for title in ("rooms", "browsers"):
        found = (status.service or {}).get(title)
        if isinstance(found, int):
            console.say(f"{title.capitalize()}: {found}")
        elif isinstance(found, list):
            console.say(f"\n{title.capitalize()} ({len(found)})")
            for row in found:
                console.say("  " + _row(row))


def as_json(status: Status) -> str:
    """For machines."""
    return json.dumps(asdict(status), indent=2)


def _process(name: str, notes: Mapping[str, record.Process]) -> ProcessStatus:
    note = notes.get(name)
    if note is None or not note.alive():
        return ProcessStatus(name, None, note.restarts if note else 0)
    return ProcessStatus(name, note.pid, note.restarts)


def _row(row: object) -> str:
    if isinstance(row, dict):
        return "  ".join(f"{key}: {value}" for key, value in row.items() if value not in (None, ""))
    return str(row)
