"""``demo``."""

from pathlib import Path

import click

from launcher.console import Console
from launcher.paths import layout


@click.command()
@click.option("--url", default="turtus:motion", show_default=True, help="Page that the browser opens.")
@click.option(
    "--seconds", type=click.FloatRange(1, 600), default=10, show_default=True, help="How long to watch."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default="demo", show_default=True)
@click.option("--base-url", default=None, help="A stack that runs already, as https://localhost:8443.")
def demo(url: str, seconds: float, out: Path, base_url: str | None) -> None:
    """The main job without a person: two viewers, one browser; saves frame.png, audio.wav, stats.json.

    Starts what is not running, cleans up after itself. Exit status 0 only if frames and sound arrived.
    """
    from launcher import demo as job  # what it needs is not there for --help alone

    job.run(Console(), layout(), url=url, seconds=seconds, out=out, base_url=base_url)
