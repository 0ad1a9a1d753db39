"""``start``: from the click on Start to the first decoded frame, cold; and from a second `up` to serving.

Warm is the same without the click: the browser runs, nobody watches, nothing is encoded, and its room's
page is opened.

Where the time goes (p50 of 8, in ms since the click): the job is at work 39, the container is made 71 and
started 414, its agent starts X, PulseAudio and D-Bus 580, Firefox 743, the agent is at the signal server
1088, the viewer is connected 1212, Firefox's window is there 2030, the picture is shown 2113. All but the
engine's part is done while Firefox starts, which takes 1.3 s. The first start after the image's files have
left the page cache takes 7 s: the engine 2, the agent 3, Firefox 2, all of it reading.
"""

import subprocess
import time

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options
from launcher import demo, stack
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout
from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person

RUNS = 10
QUICK_RUNS = 3
UP_RUNS = 3
FIRST_FRAME_WAIT_S = 45.0
REST_S = 2.0
"""Pause between runs, so that the end of one browser is not part of the next one's start."""


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both."""
    _second_up(console, layout)  # the first one may build and migrate
    ups = [_second_up(console, layout) for _ in range(UP_RUNS)]
    with demo.serving(console, layout) as address:
        firsts, warm = _starts(console, address, int(options.read().pick(RUNS, QUICK_RUNS)))
    return [
        figure("start", "click to first frame, p50", firsts, 0.50, "s", Goal(2.5, Better.LOWER)),
        figure("start", "click to first frame, p95", firsts, 0.95, "s", Goal(4.5, Better.LOWER)),
        figure("start", "warm: opening the room to first frame, p50", warm, 0.50, "s"),
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


def _starts(console: Console, address: str, runs: int) -> tuple[list[float], list[float]]:
    """Seconds from the click, and from opening the room of a browser that runs; of each run."""
    cold, warm = [], []
    with chromium() as browser:
        host = Person(browser, address, "bench")
        host.register()
        try:
            room_url = host.create_room("Bench start")
            for number in range(runs):
                room = host.enter(room_url)
                room.start_browser("turtus:motion")
                room.wait_first_frame(FIRST_FRAME_WAIT_S)
                cold.append(room.click_to_frame_s())
                room.leave()
                room.wait(REST_S)
                room = host.enter(room_url)
                room.wait_first_frame(FIRST_FRAME_WAIT_S)
                warm.append((room.event_ms("first-frame") or 0.0) / 1000)
                console.say(f"  start {number + 1} of {runs}: {cold[-1]:.2f} s, warm {warm[-1]:.2f} s")
                room.stop_browser()
                room.leave()
                room.wait(REST_S)
        finally:
            host.delete_account()
            host.close()
    return cold, warm


BENCH = Bench("start", "click on Start to first picture, cold and warm; second up to serving", run)
