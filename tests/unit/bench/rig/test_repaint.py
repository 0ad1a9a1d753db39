"""bench.rig.repaint: how long a real X client takes from a press to its drawing."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from Xlib import X, display

from bench.rig import repaint
from tests.support.x_screen import x_screen

SCRIPT = Path(repaint.__file__).read_text()
AWAY_MS = 60.0


@contextmanager
def turning(name: str) -> Iterator[None]:
    """A window whose left half changes its colour soon after a press, while the right one does so at once."""
    connection: Any = display.Display(name)
    root = connection.screen().root
    window = root.create_window(
        0, 0, 400, 300, 0, X.CopyFromParent, event_mask=X.ButtonPressMask | X.ExposureMask
    )
    window.map()
    connection.sync()
    ending = threading.Event()

    def live() -> None:
        colour = 0
        while not ending.is_set():
            if connection.next_event().type != X.ButtonPress:
                continue
            colour ^= 0xFFFFFF
            pen = window.create_gc(foreground=colour)
            window.fill_rectangle(pen, 200, 0, 200, 300)
            connection.sync()
            ending.wait(AWAY_MS / 1000)
            window.fill_rectangle(pen, 0, 0, 200, 300)
            connection.sync()

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    yield
    ending.set()
    window.clear_area(0, 0, 10, 10, True)
    connection.flush()
    thread.join(5)
    connection.close()


def pressed(name: str, x: int, presses: int) -> list[float]:
    command = [sys.executable, "-c", SCRIPT, str(x), "100", str(presses), "0.1"]
    done = subprocess.run(
        command, env={**os.environ, "DISPLAY": name}, capture_output=True, check=True, timeout=30
    )
    return [float(line) for line in done.stdout.split()]


def test_it_waits_for_its_own_place_and_no_other() -> None:
    """What is drawn elsewhere, or again in the same colour, is not what the press did."""
    with x_screen() as name, turning(name):
        near, far = pressed(name, 300, 4), pressed(name, 100, 4)
    assert len(near) == len(far) == 4
    assert 0 <= min(near) < AWAY_MS
    assert min(far) >= AWAY_MS


def test_a_press_that_changes_nothing_is_said_to_be_in_vain() -> None:
    """After a second."""
    with x_screen() as name:
        assert pressed(name, 100, 1) == [-1.0]
