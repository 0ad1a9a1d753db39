"""The browser images: built from ``vb/Dockerfile`` when what goes into them has changed, then cleared away.

The one with Chromium (``vb/chromium.Dockerfile``) is made on top of the one with Firefox."""

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from launcher import base_image, extra_ca, shell
from launcher.console import Console, Step
from launcher.paths import Layout

CHROMIUM = "turtus/vb-chromium:latest"
"""What the image with Chromium is called unless TURTUS_VB_CHROMIUM_IMAGE says otherwise."""
LABEL = "turtus.content"
"""Image label that carries the hash of what it was built from."""
_STEP = re.compile(r"^Step (?P<now>\d+)/(?P<all>\d+) : (?P<what>.*)$")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
"""Handed over even when empty, as compose.yaml does: the builder's cache tells a build that was given some
from one that was not, and the second of the two would install everything anew."""
_MORE_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def inputs(root: Path) -> list[Path]:
    """Every file that the image is made of, in a fixed order."""
    files = [
        path
        for path in (root / "vb").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]
    return sorted([*files, root / "requirements" / "vb.txt"])


def content_hash(files: Iterable[Path], root: Path) -> str:
    """A short hash over names and contents. Pure but for reading."""
    digest = hashlib.sha256()
    for path in files:
        body = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:16]


def built_from(name: str) -> str | None:
    """The hash that the image carries; None if there is no image, or one that we did not build."""
    template = '{{index .Config.Labels "' + LABEL + '"}}'
    result = shell.probe(["docker", "image", "inspect", "--format", template, name])
    found = result.stdout.strip()
    return found if result.returncode == 0 and found not in ("", "<no value>") else None


def read_step(line: str) -> str | None:
    """``3 of 14: RUN apt-get …`` from a line of the classic builder; None for any other. Pure."""
    match = _STEP.match(line)
    return f"{match['now']} of {match['all']}: {match['what']}" if match else None


def build_command(name: str, content: str, environment: dict[str, str], *, on: str = "") -> list[str]:
    """The docker command, with the proxies that are set here; ``on``: Chromium on that image. Pure."""
    given = [*_PROXIES, *(key for key in _MORE_PROXIES if environment.get(key))]
    arguments = [f"--build-arg={key}={environment.get(key, '')}" for key in given]
    file = "vb/Dockerfile"
    if on:
        file = "vb/chromium.Dockerfile"
        arguments.append(f"--build-arg=VB={on}")
    return ["docker", "build", "-f", file, "-t", name, f"--label={LABEL}={content}", *arguments, "."]


def ensure(
    console: Console,
    layout: Layout,
    name: str,
    *,
    bootstrap: bool = False,
    cas: Sequence[Path] = (),
    force: bool = False,
    on: str = "",
) -> bool:
    """Have the image in the engine, built from the files as they are now. True if it was built.

    Args:
        console: tells what is being done.
        layout: where the project is.
        name: the tag, as in ``turtus/vb:latest``.
        bootstrap: make a new base with mmdebstrap first.
        cas: more CA certificates that the build trusts.
        force: build even when nothing has changed (what did not change is taken from the cache).
        on: the image with Firefox, built before, if this is the one with Chromium.

    Raises:
        LauncherError: the base cannot be had, a certificate is none.
        CommandFailed: the build failed; the whole log is in ``image.log``.
    """
    content = content_hash(inputs(layout.root), layout.root)
    if not force and not bootstrap and built_from(name) == content:
        return False
    base_image.ensure(console, layout.logs, bootstrap=bootstrap)
    log = layout.logs / "image.log"
    log.unlink(missing_ok=True)
    # The classic builder: the engine has it; BuildKit would need a plugin that Debian does not always have.
    environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
    with console.step(f"building the browser image {name}") as step, extra_ca.placed(_ca_folder(layout), cas):
        shell.stream(
            build_command(name, content, dict(os.environ), on=on),
            BuildProgress(step).line,
            env=environment,
            cwd=layout.root,
            log=log,
            mend=f"the lines above say why; all of them are in {log}",
        )
    with console.step("removing the images that were replaced"):
        remove_replaced()
    return True


def remove_replaced(label: str = LABEL) -> list[str]:
    """Have the engine forget images of ours that have lost their name to a newer one.

    Nobody else's are touched: ours carry the label as the last thing that was done to them, which one
    that somebody builds on top of ours, and one that is still being built, do not. The engine keeps what a
    container or another image still needs; that one goes after the next build.

    Returns:
        Ids of those that are gone.
    """
    unnamed = ["--quiet", "--no-trunc", "--filter", "dangling=true", "--filter", f"label={label}"]
    found = shell.probe(["docker", "image", "ls", *unnamed]).stdout.split()
    return [each for each in found if _labelled_last(each, label) and _remove(each)]


def _labelled_last(image: str, label: str) -> bool:
    steps = shell.probe(["docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", image]).stdout
    return f"LABEL {label}=" in steps.partition("\n")[0]


def _remove(image: str) -> bool:
    return shell.probe(["docker", "image", "rm", image], timeout_s=120.0).returncode == 0


def _ca_folder(layout: Layout) -> Path:
    return layout.root / "deploy" / "ca"


class BuildProgress:
    """Turns the builder's lines into ``3 of 14: what it says``."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._now = ""

    def line(self, line: str) -> None:
        """Take one line of the builder."""
        text = read_step(line)
        if text:
            self._now = text.partition(":")[0]
            self._step.detail(text)
        elif self._now and line.strip():
            self._step.detail(f"{self._now}: {line}")
