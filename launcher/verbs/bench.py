"""``bench``."""

import sys
from pathlib import Path

import click

from launcher.console import Console
from launcher.paths import layout


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures there."
)
def bench(names: tuple[str, ...], json_file: Path | None) -> None:
    """Run the benchmarks, all or by name, and write bench/RESULTS.md. Exit status 1 if a goal is not met."""
    from bench import run  # what it needs is not there for --help alone

    sys.exit(0 if run.run(Console(), layout(), names, json_file) else 1)
