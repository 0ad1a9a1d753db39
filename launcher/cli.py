"""The verbs of ``./turtus``, and how a mistake is told. A verb's module is loaded only when it is used:
``up`` has to be fast, and only ``demo``, ``test`` and ``bench`` need the development packages.
"""

import importlib
import os
import shlex
import sys
from typing import Any

import click

from launcher import shell
from launcher.engine import NeedsGroup
from launcher.errors import DiskFull, LauncherError
from launcher.paths import FULL, ROOT, layout

VERBS = {
    "up": "Install what is missing, start everything, say the address to open.",
    "down": "Stop everything that up started.",
    "status": "What runs, where, healthy or not; browsers and rooms.",
    "image": "Build the browser image.",
    "demo": "The main job without a person: two viewers, one browser.",
    "doctor": "What is missing or wrong here, and how to mend it.",
    "test": "Every check and every test.",
    "bench": "The benchmarks.",
}
_HIDDEN = {"_supervise": ("up", "supervise")}


class Verbs(click.Group):
    """Loads ``launcher.verbs.<name>`` when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that people use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, or None if there is no such."""
        module, name = _HIDDEN.get(cmd_name, (cmd_name, cmd_name))
        if module not in VERBS:
            return None
        command: Any = getattr(importlib.import_module(f"launcher.verbs.{module}"), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; Ctrl-C is one line and the shells' status for it (128 and the signal's number).

        Who is interrupted may say in the exception what goes on all the same.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            click.echo(f"\nInterrupted. {interrupt}".rstrip(), err=True)
            sys.exit(130)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, without loading any of them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]}, subcommand_metavar="VERB [ARGS]..."
)
def cli() -> None:
    """Turtus: a shared browser you own.

    From an empty Debian machine: clone the repository, then ./turtus up. Each verb has its own --help.
    """


def main() -> None:
    """Run the verb; a ``LauncherError`` is told in words, with exit status 1."""
    try:
        cli(prog_name="turtus")
    except LauncherError as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a file that cannot be read or written; its text names it
        full = error.errno in FULL
        click.echo(f"✗ {DiskFull(_folder(error)) if full else error}", err=True)
        sys.exit(1)
    except NeedsGroup:
        again = shlex.join([str(ROOT / "turtus"), *sys.argv[1:]])
        environment = {**os.environ, "TURTUS_IN_DOCKER_GROUP": "1"}
        os.execve(shell.find("sg") or "sg", ["sg", "docker", "-c", again], environment)  # noqa: S606


def _folder(error: OSError) -> str:
    """Where something could not be written; an error of writing itself does not say it."""
    return os.path.dirname(error.filename) if isinstance(error.filename, str) else str(layout().state)
