"""``image``."""

from pathlib import Path

import click

from launcher import image as builder
from launcher import prepare
from launcher.console import Console
from launcher.paths import layout


@click.command()
@click.option("--bootstrap", is_flag=True, help="Make a new base with mmdebstrap; no registry is asked.")
@click.option(
    "--ca",
    "cas",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A CA certificate (PEM) that the build must trust; may be given more than once.",
)
def image(bootstrap: bool, cas: tuple[Path, ...]) -> None:
    """Build the browser image on debian:trixie-slim.

    The base is the engine's own, else a registry's, else made from this machine's Debian mirror.
    Certificates in /usr/local/share/ca-certificates are trusted by the build as well.
    """
    console = Console()
    place = layout()
    place.make_folders()
    prepare.tools(console, place)
    name = prepare.write_env(console, place).settings.vb.image
    builder.ensure(console, place, name, bootstrap=bootstrap, cas=cas, force=True)
    console.say(f"✓ {name} is ready")
