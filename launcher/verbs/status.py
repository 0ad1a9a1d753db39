"""``status``."""

import sys

import click

from launcher import status as state
from launcher.console import Console
from launcher.paths import layout


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status(as_json: bool) -> None:
    """What runs, where, healthy or not; browsers and rooms. Exit status 1 if it is not healthy."""
    found = state.gather(layout())
    if as_json:
        click.echo(state.as_json(found))
    else:
        state.show(found, Console())
    sys.exit(0 if found.healthy else 1)
