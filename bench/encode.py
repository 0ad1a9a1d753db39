"""``encode``: what full motion costs, with one viewer, at 30 and at 60 pictures a second.

The whole picture of ``turtus:motion`` changes with each of the browser's frames. The agent's own processor
time in percent of a core (capture, conversion, encoding, sending); beside it that of the whole container
(Firefox, X, sound), and the frames a second that the viewer decoded: cheap by dropping frames is not cheap.
"""

import os

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from launcher.console import Console
from launcher.paths import Layout

GOALS = {30: Goal(16.0, Better.LOWER), 60: Goal(28.0, Better.LOWER)}
SHOWN = 0.93
"""The share of the frames that must arrive."""


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both rates."""
    given = options.read(os.environ)
    results = []
    for fps, goal in GOALS.items():
        cpu, whole, shown = _at(console, given, fps)
        results += [
            figure("encode", f"agent's processor at {fps} fps", cpu, 0.5, "% of a core", goal),
            figure(
                "encode", f"frames decoded at {fps} fps", shown, 0.5, "fps", Goal(fps * SHOWN, Better.HIGHER)
            ),
            figure("encode", f"the whole container's processor at {fps} fps", whole, 0.5, "% of a core"),
        ]
    return results


def _at(console: Console, given: options.Options, fps: int) -> tuple[list[float], list[float], list[float]]:
    seconds, runs = given.pick(15, 6), int(given.pick(3, 1))
    cpu, whole, shown = [], [], []
    with stage.standing(given, "turtus:motion", fps) as scene:
        viewer = scene.viewer()
        viewer.wait(4)
        for number in range(runs):
            before = viewer.stats()["video"]
            shares = scene.shares(viewer, seconds)
            after = viewer.stats()["video"]
            span = (after["timestamp"] - before["timestamp"]) / 1000
            cpu.append(shares.agent)
            whole.append(shares.whole)
            shown.append((after["framesDecoded"] - before["framesDecoded"]) / span)
            console.say(f"  {fps} fps, {number + 1} of {runs}: {cpu[-1]:.1f} %, {shown[-1]:.1f} fps decoded")
    return cpu, whole, shown


BENCH = Bench("encode", "agent's processor in full motion, at 30 and 60 fps", run)
