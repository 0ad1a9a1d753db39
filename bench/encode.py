"""``encode``: what full motion costs, with one viewer, at 30 and at 60 pictures a second.

The whole picture of ``turtus:motion`` changes with each of the browser's frames. The agent's own processor
time in percent of a core (capture, conversion, encoding, sending); beside it that of the whole container
(Firefox, X, sound), and the frames a second that the viewer decoded: cheap by dropping frames is not cheap.
At 30 fps neko's own pipelines run on the same screen at the same time, where there is an image with
GStreamer (``bench/rig/neko.Dockerfile``); of ours, sound and sending count, of theirs the picture alone.

Where it goes, at 30 fps, of 24 %: x264 12, conversion 1.5, the rest of the encoder's thread 1; the event loop
4.7 and the sound's thread 2.5 (a hundred blocks a second, each with cold caches: without pauses between them
the same work takes a sixth); capture 2.3. What would bring it nearer to its goals: x264 without its own rate
control (4 %, and twice that at 60 fps), which needs another guess of what a picture will take that still
holds when a page is scrolled; sound in blocks of 20 ms (2 to 3 %), for 10 ms more to the ear. Tried, without
a gain: uvloop, sound encoded in the event loop, pictures encoded in the capture's thread, and every setting
of x264 that goes beyond those of ``ultrafast`` and ``zerolatency``.
"""

import os
from dataclasses import replace
from typing import cast

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import neko, options, stage
from bench.rig.agent import ContainerAgent
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout

GOALS = {30: Goal(16.0, Better.LOWER), 60: Goal(28.0, Better.LOWER)}
SHOWN = 0.93
"""The share of the frames that must arrive."""
HALF = Goal(0.5, Better.LOWER)
NO_GSTREAMER = f"  neko's pipelines are left out: there is no image {neko.IMAGE} (bench/rig/neko.Dockerfile)."


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
    return results + _beside_neko(console, given)


def _beside_neko(console: Console, given: options.Options) -> list[Result]:
    if given.agent or given.url or not neko.there():
        console.say(NO_GSTREAMER)
        return []
    seconds, runs = given.pick(15, 6), int(given.pick(3, 1))
    results = []
    with stage.standing(replace(given, image=neko.IMAGE), "turtus:motion", 30) as scene:
        viewer, agent = scene.viewer(), cast(ContainerAgent, scene.agent)
        for codec in neko.CODECS:
            theirs, ratios = [], []
            with neko.running(agent, codec, 30):
                viewer.wait(4)
                for _ in range(runs):
                    shares = scene.shares(viewer, seconds)
                    if not shares.by_name.get(neko.PROGRAM):
                        raise LauncherError(f"neko's {codec} pipeline did not run in {neko.IMAGE}.")
                    theirs.append(shares.by_name[neko.PROGRAM])
                    ratios.append(shares.agent / theirs[-1])
            console.say(f"  beside neko's {codec}: {theirs[-1]:.1f} %, ours is {ratios[-1]:.2f} of it")
            results += [
                figure("encode", f"neko's {codec} pipeline at 30 fps", theirs, 0.5, "% of a core"),
                figure(
                    "encode", f"agent's processor beside it, of neko's {codec}", ratios, 0.5, "times", HALF
                ),
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
