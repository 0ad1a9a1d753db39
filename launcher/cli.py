"""The verbs of ``./turtus``. Each parses, calls one function, and turns the outcome into an exit status."""

import os
import shlex
import sys
import time
from pathlib import Path

import click

from launcher import engine, image, prepare, shell, stack, status
from launcher.console import Console
from launcher.doctor import run as doctor_run
from launcher.doctor.finding import Verdict, worst
from launcher.errors import LauncherError
from launcher.paths import ROOT, layout
from launcher.ports import parse_port


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turtus: a shared browser you own.

    Two commands from an empty Debian machine: clone, then `./turtus up`.
    """


@cli.command()
@click.option("--detach", "-d", is_flag=True, help="Run in the background; logs in var/log.")
@click.option(
    "--port", type=str, default=None, help="Port of the web server (default: TURTUS_SERVER_PORT, 8443)."
)
@click.option(
    "--http", "plain_http", is_flag=True, help="No TLS: for localhost, or behind a proxy that has it."
)
@click.option("--verbose", "-v", is_flag=True, help="Show what the processes log here, too.")
def up(detach: bool, port: str | None, plain_http: bool, verbose: bool) -> None:
    """Install what is missing, start everything, say the address to open. Ctrl-C stops it."""
    number = parse_port(port) if port is not None else None
    sys.exit(
        stack.up(Console(), layout(), detach=detach, port=number, plain_http=plain_http, verbose=verbose)
    )


@cli.command(name="_supervise", hidden=True)
@click.option("--port", type=int)
@click.option("--http", "plain_http", is_flag=True)
def supervise(port: int, plain_http: bool) -> None:
    """The background half of `up --detach`."""
    console = Console()
    settings = prepare.write_env(console, layout(), port=port, plain_http=plain_http)
    sys.exit(stack.supervise(console, settings, began=time.monotonic(), verbose=False))


@cli.command()
def down() -> None:
    """Stop everything that `up` started, browser containers included; also after a crash."""
    stack.down(Console(), layout())


@cli.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status_(as_json: bool) -> None:
    """What runs, where, healthy or not; browsers and rooms. Exit status 1 if it is not healthy."""
    found = status.gather(layout())
    if as_json:
        click.echo(status.as_json(found))
    else:
        status.show(found, Console())
    sys.exit(0 if found.healthy else 1)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> None:
    """What is missing or wrong on this machine and how to mend it. Exit status 1 if something fails."""
    findings = doctor_run.examine(layout())
    if as_json:
        click.echo(doctor_run.as_json(findings))
    else:
        doctor_run.show(findings, Console())
    sys.exit(1 if worst(findings) is Verdict.FAIL else 0)


@cli.command(name="image")
@click.option("--bootstrap", is_flag=True, help="Make a new base with mmdebstrap; no registry is asked.")
@click.option(
    "--ca",
    "cas",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A CA certificate (PEM) that the build must trust; may be given more than once.",
)
def image_(bootstrap: bool, cas: tuple[Path, ...]) -> None:
    """Build the browser image."""
    console = Console()
    place = layout()
    place.make_folders()
    prepare.tools(console, place)
    settings = prepare.write_env(console, place)
    name = settings.settings.vb.image
    image.ensure(console, place, name, bootstrap=bootstrap, cas=cas, force=True)
    console.say(f"✓ {name} is ready")


def main() -> None:
    """Run the verb; a ``LauncherError`` is told in words, with exit status 1."""
    try:
        cli(prog_name="turtus")
    except LauncherError as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(1)
    except engine.NeedsGroup:
        again = shlex.join([str(ROOT / "turtus"), *sys.argv[1:]])
        os.execve(  # noqa: S606 - sg itself runs it through a shell; it is quoted
            shell.find("sg") or "sg",
            ["sg", "docker", "-c", again],
            {**os.environ, "TURTUS_IN_DOCKER_GROUP": "1"},
        )
