"""Debian packages: which are missing, and their installation."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher import shell
from launcher.console import Console
from launcher.errors import LauncherError

_TOTAL = re.compile(r"(?P<upgraded>\d+) upgraded, (?P<new>\d+) newly installed")
_DONE = re.compile(r"^(?P<what>Get:\d+|Unpacking|Setting up) (?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class Need:
    """A program or file, the package that has it, and what we want it for."""

    package: str
    program: str
    why: str


DOCKER = (
    Need("docker.io", "dockerd", "the engine that runs the browsers"),
    Need("docker-cli", "docker", "the Docker command"),
)
"""On Debian 12 docker.io has both; from Debian 13 on the command is a package of its own."""
APPARMOR = Need(
    "apparmor", "apparmor_parser", "where the kernel has AppArmor the engine does not start without"
)
UP = (
    *DOCKER,
    Need("redis-server", "redis-server", "messages between the processes"),
    Need("openssl", "openssl", "the TLS certificate"),
)
BOOTSTRAP = (
    Need("mmdebstrap", "mmdebstrap", "makes the base of the browser image"),
    Need("debian-archive-keyring", "/usr/share/keyrings/debian-archive-keyring.gpg", "Debian's signatures"),
)
VIEWER = (Need("chromium", "chromium", "the headless viewer"),)
BENCH = (
    *VIEWER,
    Need("iproute2", "ip", "narrow paths for the benchmarks"),
    Need("iptables", "iptables", "lossy paths for the benchmarks"),
)
TEST = (
    *UP,
    *BOOTSTRAP,
    *VIEWER,
    Need("postgresql", "/usr/lib/postgresql", "the tests run on it, too"),
    Need("docker-compose", "docker-compose", "brings up compose.yaml"),
    Need("chromium-headless-shell", "chromium-headless-shell", "runs the scripts of pages"),
    Need("firefox-esr", "firefox-esr", "a viewer of another kind"),
    Need("xvfb", "Xvfb", "a screen for the agent's tests"),
    Need("libopus0", "/usr/share/doc/libopus0", "encodes sound in the agent's tests"),
    Need("libyuv0", "/usr/share/doc/libyuv0", "converts pictures in the agent's tests"),
    Need("xdotool", "xdotool", "looks at what the agent typed"),
    Need("pulseaudio", "pulseaudio", "sound for the agent's tests"),
    Need("iproute2", "ip", "networks for the tests"),
    Need("shellcheck", "shellcheck", "checks the scripts"),
)


def for_engine() -> tuple[Need, ...]:
    """What an engine of this machine's own needs under its kernel."""
    switch = Path("/sys/module/apparmor/parameters/enabled")
    on = switch.exists() and switch.read_text().strip() == "Y"
    return (*DOCKER, APPARMOR) if on else DOCKER


def present(need: Need) -> bool:
    """Whether the program or file is on this machine."""
    if need.program.startswith("/"):
        return Path(need.program).exists()
    return shell.find(need.program) is not None


def missing(needs: Iterable[Need], here: Callable[[Need], bool] = present) -> list[Need]:
    """Those that are not here, each package once."""
    found: dict[str, Need] = {}
    for need in needs:
        if not here(need):
            found.setdefault(need.package, need)
    return list(found.values())


class Progress:
    """How far apt is, from what it prints.

    Its own status channel (APT::Status-Fd) is no use: apt makes that descriptor non-blocking, and scripts of
    packages that share it fail with an I/O error when nobody reads fast enough.
    """

    def __init__(self) -> None:
        self._total = 0
        self._ready = 0

    def read(self, line: str) -> str | None:
        """``12 of 41: Setting up redis-server`` for a line of progress; None for any other."""
        if total := _TOTAL.search(line):
            self._total = int(total["upgraded"]) + int(total["new"])
        match = _DONE.match(line)
        if match is None:
            return None
        words = match["rest"].split()
        if match["what"].startswith("Get:"):
            name = words[3] if len(words) > 3 else words[-1]  # Get:1 mirror suite arch NAME …
            return f"{self._ready} of {self._total}: downloading {name}"
        self._ready += match["what"] == "Setting up"
        return f"{self._ready} of {self._total}: {match['what']} {words[0]}"


def install(needs: Iterable[Need], console: Console, log: Path) -> None:
    """Install what is missing and say so first. Idempotent.

    Raises:
        LauncherError: no apt-get, or no way to become root; names the packages.
        CommandFailed: apt-get failed.
    """
    wanted = missing(needs)
    if not wanted:
        return
    packages = [need.package for need in wanted]
    command = "apt-get install " + " ".join(packages)
    if shell.find("apt-get") is None:
        raise LauncherError(f"These programs are missing: {', '.join(n.program for n in wanted)}.", command)
    console.say("Debian packages to install:")
    for need in wanted:
        console.say(f"  {need.package:24} {need.why}")
    shell.authorize()
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    options = ["-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"]
    with console.step("reading the package lists"):
        # A third party's broken source must not stop us: what matters is whether the install works.
        shell.probe(shell.as_root([*environment, "apt-get", "update", "-q"]), timeout_s=300)
    packages = [package for package in packages if _known(package)]
    progress = Progress()
    with console.step(f"installing {', '.join(packages)}") as step:
        shell.stream(
            shell.as_root([*environment, "apt-get", "install", *options, *packages]),
            lambda line: step.detail(progress.read(line) or ""),
            log=log,
            mend=f"as root: {command}",
        )


def _known(package: str) -> bool:
    """Whether apt has it: docker-cli is not there before Debian 13."""
    return bool(shell.probe(["apt-cache", "show", package]).stdout.strip())
