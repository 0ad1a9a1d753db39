"""``narrow``: one viewer's path is cut to 600 kbit/s, then widened to 3 Mbit/s, beside one that is not.

Real agent, two real Chromium viewers, one of them in a network namespace of its own, full motion
(``turtus:motion``), 30 fps. What is narrow is tc's ``tbf`` with a queue of 200 ms, the 20 ms of round trip
are a relay's (``bench.rig.path``). What is counted is presented pictures.
"""

import os
import time

from bench import seen
from bench.loss import presented
from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from bench.rig.path import Path
from bench.rig.viewer import Viewer
from launcher.console import Console
from launcher.paths import Layout

CUT_BPS = 600_000
WIDER_BPS = 3_000_000
FULL_WIDTH = 1280
SETTLE_S = 3.0


def run(console: Console, layout: Layout) -> list[Result]:
    """Cut, wait, widen, wait."""
    given = options.read(os.environ)
    with stage.standing(given, "turtus:motion", 30) as scene, Path(0.01) as path:
        console.say(f"  the path: {path.made_by}")
        free, cut = scene.viewer(), scene.viewer(path.lead, path.program)
        cut.wait(5)
        for viewer in (free, cut):
            viewer.frames()
        path.narrow(CUT_BPS)
        cut.wait(SETTLE_S)
        moments = presented(cut)
        cut.wait(given.pick(20, 10))
        later = presented(cut)
        told = cut.page.evaluate("peer.told")
        path.narrow(WIDER_BPS)
        back_s = _until_full(cut, 20.0)
        beside = presented(free)
        console.say(f"  tiers: {[line for line in told if 'view.tier' in line]}, back after {back_s:.1f} s")
    freeze_s, freeze_beside_s = seen.longest_freeze_s(moments + later), seen.longest_freeze_s(beside)
    figures = (
        ("frames a second 3 s after the cut", seen.fps(later), "fps", Goal(20.0, Better.HIGHER)),
        ("longest freeze of the cut one", freeze_s, "s", Goal(1.0, Better.LOWER)),
        ("back on the best tier", back_s, "s", Goal(10.0, Better.LOWER)),
        ("frames a second of the other", seen.fps(beside), "fps", Goal(27.0, Better.HIGHER)),
        ("longest freeze of the other", freeze_beside_s, "s", Goal(0.2, Better.LOWER)),
    )
    return [figure("narrow", name, [value], 0.5, unit, goal) for name, value, unit, goal in figures]


def _until_full(viewer: Viewer, limit_s: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < limit_s:
        if viewer.page.evaluate("rig.video().videoWidth") == FULL_WIDTH:
            return time.monotonic() - began
        viewer.wait(0.05)
    return float("inf")


BENCH = Bench("narrow", "one viewer cut to 600 kbit/s, then 3 Mbit/s, beside one that is not", run)
