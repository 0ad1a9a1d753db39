"""``down``."""

import click

from launcher import stack
from launcher.console import Console
from launcher.paths import layout


@click.command()
def down() -> None:
    """Stop everything that `up` started, browser containers included; also what a crash left behind.

    The Docker engine belongs to the machine and goes on running.
    """
    stack.down(Console(), layout())
