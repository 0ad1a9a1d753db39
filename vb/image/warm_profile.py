"""While the image is built: let Firefox make a profile once, so that no container waits for that.

A first start compiles caches, registers uBlock Origin and reads its filter lists, which takes most of a cold
start. Firefox is closed in order, and what belongs to one person or one run is taken out of the profile.
Usage: ``python warm_profile.py DIRECTORY PAGE``; needs Xvfb, not the agent.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from Xlib import X, display, error
from Xlib.protocol.event import ClientMessage

SCREEN = ":97"
PATIENCE_S = 180.0
SETTLED_S = 8.0
"""Nothing in the profile has changed its size for this long: Firefox has done what it does at first."""
PRIVATE = (
    ".parentlock", "lock", "cache2", "crashes", "datareporting", "key4.db", "logins.db", "minidumps",
    "saved-telemetry-pings", "sessionCheckpoints.json", "sessionstore-backups", "sessionstore.jsonlz4",
    "thumbnails", "times.json",
)  # fmt: skip
_IDENTITY = re.compile(r'^user_pref\("[^"]*(clientid|profileid|profilegroupid|contextid|impressionid)', re.I)


def connect(deadline: float) -> Any:
    """The X server's connection, as soon as it answers."""
    while True:
        try:
            return display.Display(SCREEN)
        except (error.DisplayError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def window_of(connection: Any) -> Any:
    """Firefox's main window, or None while it is not there."""
    for window in connection.screen().root.query_tree().children:
        if window.get_wm_class() and window.get_attributes().map_state == X.IsViewable:
            return window
    return None


def size_of(folder: Path) -> int:
    """Bytes in all files."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue
    return total


def wait_until_settled(connection: Any, folder: Path, deadline: float) -> None:
    """Until the window is there and the profile has come to rest."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < SETTLED_S:
        if time.monotonic() > deadline:
            sys.exit("Firefox did not come to rest")
        now = size_of(folder)
        if now != size or window_of(connection) is None:
            size, since = now, time.monotonic()
        time.sleep(0.25)


def close(connection: Any) -> None:
    """Ask the window to close, as its cross would: Firefox then ends and leaves its files in order."""
    window = window_of(connection)
    data = (32, [connection.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
    window.send_event(
        ClientMessage(window=window, client_type=connection.intern_atom("WM_PROTOCOLS"), data=data)
    )
    connection.flush()


def clean(folder: Path) -> None:
    """Take out what must not be the same in every container."""
    for name in PRIVATE:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    prefs = folder / "prefs.js"
    lines = prefs.read_text().splitlines(keepends=True)
    prefs.write_text("".join(line for line in lines if not _IDENTITY.match(line)))


def main(folder: Path, page: str) -> None:
    """Make the profile."""
    deadline = time.monotonic() + PATIENCE_S
    folder.mkdir(parents=True, exist_ok=True)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = os.environ | {"DISPLAY": SCREEN, "MOZ_CRASHREPORTER_DISABLE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
    screen = subprocess.Popen(["Xvfb", SCREEN, "-screen", "0", "1280x720x24", "-nolisten", "tcp"], **quiet)
    try:
        connection = connect(deadline)
        firefox = subprocess.Popen(
            ["firefox-esr", "--no-remote", "--profile", folder, page], env=env, **quiet
        )
        wait_until_settled(connection, folder, deadline)
        close(connection)
        firefox.wait(30)
    finally:
        screen.terminate()
        screen.wait()
    clean(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
