"""``still``: what a page that does not change costs, with one viewer.

The agent's own processor time in percent of a core; everything that the viewer's transport receives (reports,
consent checks, silence) in kbit/s; and the video frames that come although nothing moves. Counted once no
frame has come for ``REST_S``: by then the browser has put its own windows in order, and the refresh that a
newcomer is given has become sharp.
"""

import os

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from bench.rig.viewer import Viewer, received_bytes
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout

REST_S = 4
PATIENCE_S = 40


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure."""
    given = options.read(os.environ)
    seconds, runs = given.pick(20, 8), int(given.pick(3, 1))
    cpu, whole, kbit, frames = [], [], [], []
    with stage.standing(given, "turtus:still") as scene:
        viewer = scene.viewer()
        _wait_for_rest(viewer)
        for number in range(runs):
            before = viewer.stats()
            shares = scene.shares(viewer, seconds)
            after = viewer.stats()
            cpu.append(shares.agent)
            whole.append(shares.whole)
            kbit.append((received_bytes(after) - received_bytes(before)) * 8 / 1000 / seconds)
            frames.append(float(after["video"]["framesDecoded"] - before["video"]["framesDecoded"]))
            console.say(
                f"  still {number + 1} of {runs}: {cpu[-1]:.2f} %, {kbit[-1]:.2f} kbit/s, {frames[-1]:.0f}"
            )
    return [
        figure("still", "agent's processor, one viewer", cpu, 0.5, "% of a core", Goal(1.5, Better.LOWER)),
        figure("still", "sent to the viewer", kbit, 0.5, "kbit/s", Goal(5.0, Better.LOWER)),
        figure("still", "video frames though nothing moves", frames, 1.0, "frames", Goal(0.0, Better.LOWER)),
        figure("still", "the whole container's processor", whole, 0.5, "% of a core"),
    ]


def _wait_for_rest(viewer: Viewer) -> None:
    """Until no frame has come for ``REST_S``.

    Raises:
        LauncherError: the page does not come to rest.
    """
    quiet_s = 0
    for _ in range(PATIENCE_S):
        before = viewer.stats()["video"]["framesDecoded"]
        viewer.wait(1)
        quiet_s = quiet_s + 1 if viewer.stats()["video"]["framesDecoded"] == before else 0
        if quiet_s >= REST_S:
            return
    raise LauncherError(f"The page still changed after {PATIENCE_S} s.")


BENCH = Bench("still", "agent's processor and bytes sent while a page does not change", run)
