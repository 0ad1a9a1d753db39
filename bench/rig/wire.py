"""A path through the kernel that can be made lossy and narrow: iptables' ``statistic`` and tc's ``tbf``.

Two network namespaces in a row, the viewer's and a router's, so that nothing of it touches this machine's own
rules and deleting the two leaves nothing behind::

    Chromium [viewer] -- [router: FORWARD drops at random; tbf on the way to the viewer] -- this machine

Needs root, iproute2 and iptables. The kernel's way to delay (tc's ``netem``) is missing from many kernels,
so a path is made long by the relay of the rig (``bench.rig.relay``), on this machine's end.
"""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from launcher import shell
from launcher.errors import LauncherError

QUEUE_MS = 200
"""What waits longer before the narrow place than this is dropped."""
BURST_BYTES = 4000
_PROGRAMS = ("ip", "tc", "iptables", "nsenter")
_NUMBERS = itertools.count()


def possible() -> bool:
    """Whether this machine and this user can have such a path."""
    return shell.is_root() and all(shell.find(program) for program in _PROGRAMS)


class Wire:
    """A path while entered. ``host`` is this machine's address on it; ``program`` starts what its arguments
    name as the viewer, at the far end.

    Raises (entering):
        LauncherError: the kernel refuses.
    """

    def __init__(self) -> None:
        number = next(_NUMBERS)
        mark = f"{os.getpid() % 10_000}n{number}"
        self._viewer, self._router = f"ttv{mark}", f"ttr{mark}"
        self._end, self._inner = f"tth{mark}", f"tti{mark}"
        self.names = (self._viewer, self._router, self._end, self._inner)
        """Of the namespaces and devices."""
        block = (os.getpid() * 4 + number) % 4096 * 8  # eight of 10.213.0.0/17: seldom in use
        self._net = f"10.213.{block // 256}."
        self._base = block % 256
        self.host = self._address(1)
        self._folder: Path | None = None

    def __enter__(self) -> "Wire":
        self._folder = Path(tempfile.mkdtemp(prefix="turtus-wire-"))
        try:
            self._lay()
        except LauncherError:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def program(self, path: str) -> str:
        """A program that runs the one at ``path`` at the viewer's end."""
        if self._folder is None:
            raise LauncherError("There is no path yet.")
        script = self._folder / "viewer"
        script.write_text(f'#!/bin/sh\nexec nsenter --net=/run/netns/{self._viewer} {path} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def lose(self, share: float) -> None:
        """From now on lose so many of the packets at random, 0 to 1, in each direction."""
        self._in_router("iptables", "-F", "FORWARD")
        if share:
            self._in_router(
                "iptables", "-A", "FORWARD", "-p", "udp", "-m", "statistic", "--mode", "random",
                "--probability", f"{share:.4f}", "-j", "DROP",
            )  # fmt: skip

    def narrow(self, rate_bps: int | None) -> None:
        """From now on carry so much to the viewer, with a queue of ``QUEUE_MS``; None: all."""
        if rate_bps is None:
            self._in_router("tc", "qdisc", "del", "dev", self._inner, "root", check=False)
            return
        self._in_router(
            "tc", "qdisc", "replace", "dev", self._inner, "root", "tbf", "rate", f"{rate_bps}bit",
            "burst", str(BURST_BYTES), "latency", f"{QUEUE_MS}ms",
        )  # fmt: skip

    def _lay(self) -> None:
        router, viewer = self._router, self._viewer
        for name in (router, viewer):
            _run("ip", "netns", "add", name)
        _run("ip", "link", "add", self._end, "type", "veth", "peer", "name", "outer", "netns", router)
        _run(
            "ip", "-n", router, "link", "add", self._inner, "type", "veth", "peer", "name", "line",
            "netns", viewer,
        )  # fmt: skip
        for at, device, address in (
            ([], self._end, self.host),
            (["-n", router], "outer", self._address(2)),
            (["-n", router], self._inner, self._address(5)),
            (["-n", viewer], "line", self._address(6)),
        ):
            _run("ip", *at, "address", "add", f"{address}/30", "dev", device)
            _run("ip", *at, "link", "set", device, "up")
        _run("ip", "-n", viewer, "link", "set", "lo", "up")
        _run("ip", "-n", viewer, "route", "add", "default", "via", self._address(5))
        _run("ip", "-n", router, "route", "add", "default", "via", self.host)
        _run("ip", "route", "add", f"{self._address(4)}/30", "via", self._address(2))
        self._in_router("sysctl", "-qw", "net.ipv4.ip_forward=1")

    def _remove(self) -> None:
        """The devices go with their namespaces, this machine's end and its route with the router's."""
        for name in (self._viewer, self._router):
            _run("ip", "netns", "delete", name, check=False)
        _run("ip", "link", "delete", self._end, check=False)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _address(self, number: int) -> str:
        return f"{self._net}{self._base + number}"

    def _in_router(self, *command: str, check: bool = True) -> None:
        _run("ip", "netns", "exec", self._router, *command, check=check)


def _run(*command: str, check: bool = True) -> None:
    done = shell.probe(list(command))
    if check and done.returncode:
        raise LauncherError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
