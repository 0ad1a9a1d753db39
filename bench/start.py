"""``start``: from the click on Start to the first decoded frame, cold; and from a second `up` to serving."""

import subprocess
import time

from bench.model import Bench, Better, Goal, Result, figure
from launcher import demo, stack
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout
from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person

RUNS = 10
UP_RUNS = 3
FIRST_FRAME_WAIT_S = 45.0
REST_S = 2.0
"""Pause between runs, so that the end of one browser is not part of the next one's start."""


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both."""
    _second_up(console, layout)  # the first one may build and migrate
    ups = [_second_up(console, layout) for _ in range(UP_RUNS)]
    with demo.serving(console, layout) as address:
        firsts = _starts(console, address)
    return [
        figure("start", "click to first frame, p50", firsts, 0.50, "s", Goal(3.0, Better.LOWER)),
        figure("start", "click to first frame, p95", firsts, 0.95, "s", Goal(4.5, Better.LOWER)),
        figure("start", "second up to serving", ups, 1.0, "s", Goal(5.0, Better.LOWER)),
    ]


def _second_up(console: Console, layout: Layout) -> float:
    """Seconds that the whole command takes on a machine where everything is installed and built."""
    began = time.monotonic()
    command = [str(layout.root / "turtus"), "up", "--detach"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    stack.down(console, layout)
    if ended.returncode != 0:
        raise LauncherError(f"./turtus up failed:\n{ended.stdout}{ended.stderr}")
    console.say(f"  up: {seconds:.2f} s")
    return seconds


def _starts(console: Console, address: str) -> list[float]:
    found = []
    with chromium() as browser:
        host = Person(browser, address, "bench")
        host.register()
        try:
            room_url = host.create_room("Bench start")
            for number in range(RUNS):
                room = host.enter(room_url)
                room.start_browser("turtus:motion")
                room.wait_first_frame(FIRST_FRAME_WAIT_S)
                found.append(room.click_to_frame_s())
                console.say(f"  start {number + 1} of {RUNS}: {found[-1]:.2f} s")
                room.stop_browser()
                room.wait(REST_S)
                room.leave()
        finally:
            host.delete_account()
            host.close()
    return found


BENCH = Bench("start", "click on Start to first picture, cold; second up to serving", run)
