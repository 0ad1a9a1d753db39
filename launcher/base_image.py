"""The base of every image, ``debian:trixie-slim``: here already, pulled, or made from a mirror."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher import apt, shell
from launcher.console import Console, Step
from launcher.errors import CommandFailed, LauncherError

NAME = "debian:trixie-slim"
SUITE = "trixie"
PULL_TIMEOUT_S = 120.0
_FORMAT = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(LABEL)"
_LEAVE_OUT = ("doc", "man", "info", "locale")
"""Folders of /usr/share that a server does not read, as in the slim images of Debian."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Addresses to take packages from; ``security`` is None where the machine has none configured."""

    main: str
    security: str | None


def read_mirror(targets: str) -> Mirror | None:
    """From the output of ``apt-get indextargets``, or None where there is no Debian mirror. Pure."""
    main = security = None
    for line in targets.splitlines():
        address, _, rest = line.partition("|")
        release, component, label = [*rest.split("|"), "", "", ""][:3]
        if component != "main":
            continue
        if label == "Debian-Security" or (not label and release.endswith("-security")):
            security = security or address
        elif label == "Debian" or (not label and address.rstrip("/").endswith("/debian")):
            main = main or address
    return Mirror(main, security) if main else None


def sources(mirror: Mirror) -> list[str]:
    """The lines of sources.list in the base. Pure."""
    lines = [f"deb {mirror.main} {SUITE} main", f"deb {mirror.main} {SUITE}-updates main"]
    if mirror.security:
        lines.append(f"deb {mirror.security} {SUITE}-security main")
    return lines


def present() -> bool:
    """Whether the engine has the base."""
    return shell.probe(["docker", "image", "inspect", NAME]).returncode == 0


def ensure(console: Console, logs: Path, *, bootstrap: bool = False) -> None:
    """Have the base in the engine. Idempotent, unless ``bootstrap`` asks for a new one.

    Raises:
        LauncherError: it can neither be pulled nor made; says why.
    """
    if not bootstrap:
        if present():
            return
        with console.step(f"looking for {NAME} in the registry"):
            pulled = shell.probe(["docker", "pull", NAME], timeout_s=PULL_TIMEOUT_S).returncode == 0
        if pulled:
            return
        console.say("  No registry answers: the base is made from this machine's Debian mirror.")
    apt.install(apt.BOOTSTRAP, console, logs / "apt.log")
    mirror = read_mirror(shell.probe(["apt-get", "indextargets", "--format", _FORMAT]).stdout)
    if mirror is None:
        raise LauncherError(
            "This machine's apt has no Debian mirror configured.", f"docker pull {NAME}, or docker import one"
        )
    shell.authorize()
    with console.step(f"making {NAME} from {mirror.main}") as step:
        _make(mirror, step)


def _make(mirror: Mirror, step: Step) -> None:
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    excludes = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEAVE_OUT]
    command = shell.as_root(
        ["mmdebstrap", "--variant=minbase", f"--keyring={keyring}", *excludes, SUITE, "-", *sources(mirror)]
    )
    load = ["docker", "import", "--change", 'CMD ["bash"]', "-", NAME]
    tail: list[str] = []
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdout=pipe, stderr=pipe) as maker,
        subprocess.Popen(load, stdin=maker.stdout, stdout=subprocess.DEVNULL) as loader,
    ):
        if maker.stdout:  # the loader has it; ours kept open would hide the maker's end from it
            maker.stdout.close()
        for raw in maker.stderr or ():
            line = raw.decode(errors="replace").strip()
            tail = [*tail[-11:], line]
            step.detail(line.removeprefix("I: "))
    if maker.returncode or loader.returncode:
        shell.probe(["docker", "image", "rm", NAME])
        raise CommandFailed(command, maker.returncode or loader.returncode, "\n".join(tail))
