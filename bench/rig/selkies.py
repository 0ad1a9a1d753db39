"""Selkies on the agent's own screen, to compare with: the same Firefox, page, display and viewer.

Its WebRTC mode, H.264 by software, everything else as it comes. ``bench/rig/selkies.Dockerfile`` makes an
image that has it; without it there is nothing to compare with.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.rig.agent import ContainerAgent, docker
from launcher.errors import LauncherError

IMAGE = "turtus/vb-selkies:latest"
PROGRAM = "/opt/selkies/bin/selkies"
PORT = 8090
READY_S = 30.0
_STOP = f"""
import os, pathlib, signal
for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    if "{PROGRAM}" in entry.read_text().split("\\0"):
        os.kill(int(entry.parent.name), signal.SIGTERM)
"""


def there() -> bool:
    """Whether this machine has the image."""
    return bool(docker("images", "-q", IMAGE))


def command(fps: int, width: int, height: int) -> list[str]:
    """The command line: a picture of that size, ``fps`` times a second at most, and no password. Pure."""
    return [
        PROGRAM, "--mode", "webrtc", "--addr", "0.0.0.0", "--port", str(PORT), "--encoder", "h264enc",  # noqa: S104
        "--framerate", str(fps), "--enable-basic-auth", "false", "--audio-enabled", "false",
        "--enable-resize", "false", "--manual-width", str(width), "--manual-height", str(height),
    ]  # fmt: skip


@contextmanager
def running(agent: ContainerAgent, fps: int, width: int, height: int) -> Iterator[str]:
    """It streams the agent's screen for the time of the block; the address of its page.

    Raises:
        LauncherError: it did not begin to serve.
    """
    docker("exec", "-d", "-e", "DISPLAY=:99", agent.id, *command(fps, width, height))
    try:
        _wait_until_it_serves(agent.address())
        yield f"http://{agent.address()}:{PORT}/"
    finally:
        docker("exec", agent.id, "python", "-c", _STOP, check=False)


def _wait_until_it_serves(host: str) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            socket.create_connection((host, PORT), 1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise LauncherError(f"Selkies does not serve on port {PORT} ({error}).") from error
            time.sleep(0.1)
        else:
            return
