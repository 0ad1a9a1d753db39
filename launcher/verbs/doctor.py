"""``doctor``."""

import sys

import click

from launcher.console import Console
from launcher.doctor import run
from launcher.doctor.finding import Verdict, worst
from launcher.paths import layout


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> None:
    """What is missing or wrong on this machine and how to mend it. Exit status 1 if something fails."""
    findings = run.examine(layout())
    if as_json:
        click.echo(run.as_json(findings))
    else:
        run.show(findings, Console())
    sys.exit(1 if worst(findings) is Verdict.FAIL else 0)
