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
@click.option("--chromium", is_flag=True, help="Build the image with Chromium, too.")
def image(bootstrap: bool, cas: tuple[Path, ...], chromium: bool) -> None:
    """Build the browser image on debian:trixie-slim.

    The base is the engine's own, else a registry's, else made from this machine's Debian mirror.
    The one with Chromium is made on top of it: with --chromium, or when TURTUS_VB_CHROMIUM_IMAGE is set.
    Certificates in /usr/local/share/ca-certificates are trusted by the build as well.
    """
    console = Console()
    place = layout()
    place.make_folders()
    prepare.tools(console, place)
    vb = prepare.write_env(console, place).settings.vb
    builder.ensure(console, place, vb.image, bootstrap=bootstrap, cas=cas, force=True)
    console.say(f"✓ {vb.image} is ready")
    if not (chromium or vb.chromium_image):
        return
    name = vb.chromium_image or builder.CHROMIUM
    builder.ensure(console, place, name, cas=cas, force=True, on=vb.image)
    console.say(f"✓ {name} is ready")
    if not vb.chromium_image:
        console.say(f"  rooms offer it once TURTUS_VB_CHROMIUM_IMAGE={name} is in .env")
