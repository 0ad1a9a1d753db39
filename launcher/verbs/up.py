"""``up``, and its background half."""

import sys
import time

import click

from launcher import prepare, stack
from launcher.console import Console
from launcher.paths import layout
from launcher.ports import parse_port


@click.command()
@click.option("--detach", "-d", is_flag=True, help="Run in the background; logs in var/log.")
@click.option("--port", default=None, help="Port of the web server (default: TURTUS_SERVER_PORT, 8443).")
@click.option(
    "--http", "plain_http", is_flag=True, help="No TLS: for localhost, or behind a proxy that has it."
)
@click.option("--verbose", "-v", is_flag=True, help="Show what the processes log here, too.")
def up(detach: bool, port: str | None, plain_http: bool, verbose: bool) -> None:
    """Install what is missing, build what is not built, start everything, say the address to open.

    Ctrl-C or `./turtus down` stops it. What is done already is not done again.
    """
    number = None if port is None else parse_port(port)
    sys.exit(
        stack.up(Console(), layout(), detach=detach, port=number, plain_http=plain_http, verbose=verbose)
    )


@click.command()
@click.option("--port", type=int)
@click.option("--http", "plain_http", is_flag=True)
def supervise(port: int, plain_http: bool) -> None:
    """The background half of `up --detach`."""
    console = Console()
    settings = prepare.write_env(console, layout(), port=port, plain_http=plain_http)
    sys.exit(stack.supervise(console, settings, began=time.monotonic(), verbose=False))
