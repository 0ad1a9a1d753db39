"""``up`` and ``down``: the stack's life from the first process to the last container."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from launcher import addresses, browsers, envfile, health, plan, prepare, record
from launcher.config import Config
from launcher.console import Console
from launcher.errors import LauncherError, StackFailed
from launcher.paths import Layout
from launcher.supervisor import Logs, Supervisor

SERVING_WAIT_S = 60.0
STOP_WAIT_S = 20.0
_LOOK_EVERY_S = 0.1
IN_BACKGROUND = "Turtus goes on in the background; `./turtus down` stops it."


def up(
    console: Console, layout: Layout, *, detach: bool, port: int | None, plain_http: bool, verbose: bool
) -> int:
    """Bring the stack up and, unless ``detach``, stay until it is asked to stop.

    Returns:
        The exit status for the shell.

    Raises:
        LauncherError: something is missing or does not start.
        KeyboardInterrupt: with a sentence about what goes on in the background.
    """
    began = time.monotonic()
    layout.make_folders()
    with record.one_at_a_time(layout.record, lambda: console.say("· waiting for another `./turtus up` …")):
        if current := record.running(layout.record):
            console.say(f"Turtus is up already: {current.url}")
            console.say("`./turtus status` shows it, `./turtus down` stops it.")
            return 0
        settings = prepare.everything(console, layout, port=port, plain_http=plain_http)
        clear_up(layout, settings.install_id)
        prepare.require_ports(settings)
        supervisor = _spawn(settings) if detach else record.process(os.getpid())
        record.write(layout.record, record.Stack(supervisor, settings.base_url, time.time()))
    if detach:
        try:
            wait_until_serving(console, layout, supervisor)
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(IN_BACKGROUND) from interrupt
        _greet(console, settings, time.monotonic() - began, detached=True)
        return 0
    return supervise(console, settings, began=began, verbose=verbose)


def supervise(console: Console, settings: Config, *, began: float, verbose: bool) -> int:
    """Run the processes in the foreground until a signal comes; stops all of it at the end.

    Args:
        console: tells when it serves, and of trouble.
        settings: what to run with.
        began: monotonic time at which the person asked for it.
        verbose: what the processes log goes to the terminal, too.
    """
    layout = settings.layout
    stack = record.Stack(record.process(os.getpid()), settings.base_url, time.time())
    record.clear(layout.record)
    layout.serving.unlink(missing_ok=True)
    record.write(layout.record, stack)
    logs = Logs(layout.logs, echo=verbose)
    supervisor = Supervisor(
        plan.programs(settings),
        environment={**settings.environment(), record.MARK: settings.install_id},
        folder=layout.root,
        logs=logs,
        run=layout.record.parent,
        on_started=lambda: watch(),
    )
    trouble: list[LauncherError | OSError] = []

    def watch() -> None:
        try:
            _wait(console, settings.base_url, lambda: supervisor.stopping)
            seconds = time.monotonic() - began
            if not supervisor.stopping:
                layout.serving.touch()
                record.write(layout.record, replace(stack, serving_s=seconds))
        except (LauncherError, OSError) as error:
            trouble.append(error)
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            if not supervisor.stopping:
                _greet(console, settings, seconds, detached=False)

    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        supervisor.loop()
    finally:
        logs.close()
        with console.step("stopping"):
            clear_up(layout, settings.install_id)
    if trouble:
        raise trouble[0]
    return 0


def down(console: Console, layout: Layout) -> None:
    """Stop the stack of this install, whoever started it, and what a crash left. Idempotent."""
    if not layout.env_file.exists():
        console.say("Nothing was running.")
        return
    # Of the settings only this one: a wrong one must not keep anybody from stopping what runs.
    install_id = envfile.install_id(envfile.read(layout.env_file), layout.root)
    stack = record.running(layout.record)
    if stack:
        with console.step("stopping Turtus"):
            os.kill(stack.supervisor.pid, signal.SIGTERM)
            end = time.monotonic() + STOP_WAIT_S
            while stack.supervisor.alive() and time.monotonic() < end:
                time.sleep(_LOOK_EVERY_S)
            if stack.supervisor.alive():
                os.kill(stack.supervisor.pid, signal.SIGKILL)
    processes, containers = clear_up(layout, install_id)
    if not stack and not processes and not containers:
        console.say("Nothing was running.")
    elif processes or containers:
        console.say(f"✓ removed what was left: {processes} processes, {containers} browsers")


def clear_up(layout: Layout, install_id: str) -> tuple[int, int]:
    """End what is left of a stack: processes, then browsers. How many of each. Idempotent."""
    processes = record.end(install_id)
    containers = browsers.remove_all(install_id)
    record.clear(layout.record)
    return processes, containers


def wait_until_serving(console: Console, layout: Layout, supervisor: record.Process) -> None:
    """Wait for a supervisor in the background.

    Raises:
        StackFailed: it ended, or it does not serve in time; the message holds what it said.
    """
    log = layout.logs / "up.log"
    end = time.monotonic() + SERVING_WAIT_S + STOP_WAIT_S
    with console.step("starting the processes"):
        while time.monotonic() < end:
            stack = record.read(layout.record)
            if stack and stack.serving_s is not None:
                return
            if not supervisor.alive():  # it gave up, or `down` was faster
                break
            time.sleep(_LOOK_EVERY_S)
    said = log.read_text()[-2000:].strip() or "It was stopped."
    raise StackFailed(f"Turtus did not start:\n{said}", f"look into {layout.logs}")


def _spawn(settings: Config) -> record.Process:
    """Start the supervisor in a session of its own, with its words in ``up.log``.

    It carries the mark, too: should its record be lost, `down` finds it all the same.
    """
    layout = settings.layout
    arguments = ["_supervise", "--port", str(settings.settings.server_port)]
    if not settings.settings.use_https:
        arguments.append("--http")
    with (layout.logs / "up.log").open("wb") as log:
        child = subprocess.Popen(
            [str(layout.python), "-P", "-m", "launcher", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=layout.root,
            env={**settings.environment(), record.MARK: settings.install_id},
            start_new_session=True,
        )
    threading.Thread(target=child.wait, daemon=True).start()  # no zombie, should it end while we wait
    return record.process(child.pid)


def _wait(console: Console, url: str, stopped: Callable[[], bool]) -> None:
    """Wait until the service at ``url`` is ready, or ``stopped()``."""
    end = time.monotonic() + SERVING_WAIT_S
    lacking: str | None = None
    with console.step("starting the processes") as step:
        while not stopped():
            lacking = health.serving(url)
            if lacking is None:
                return
            if time.monotonic() > end:
                break
            step.detail(lacking)
            time.sleep(_LOOK_EVERY_S)
        else:
            return
    raise StackFailed(
        f"Turtus does not come up: {lacking} after {SERVING_WAIT_S:.0f} s.",
        "`./turtus doctor`, and the logs in var/log",
    )


def _greet(console: Console, settings: Config, seconds: float, *, detached: bool) -> None:
    console.say("")
    console.say(f"Turtus is serving ({seconds:.1f} s). Open")
    for address in addresses.to_open(settings.base_url, addresses.lan_addresses()):
        console.say(f"    {address}")
    if settings.settings.use_https:
        console.say("The certificate is this machine's own: browsers ask once whether to trust it.")
    if detached:
        console.say(IN_BACKGROUND)
    else:
        console.say(f"Ctrl-C stops it. Logs: {settings.layout.logs}")
