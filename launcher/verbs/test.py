"""``test``."""

import sys

import click

from launcher import checks
from launcher.console import Console
from launcher.paths import layout


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--only-pytest", is_flag=True, help="Leave out lint, types and import contracts.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
def test(only_pytest: bool, arguments: tuple[str, ...]) -> None:
    """Run every check and every test; ARGS go to pytest. Installs what they need."""
    sys.exit(0 if checks.run(Console(), layout(), arguments, only_pytest=only_pytest) else 1)
