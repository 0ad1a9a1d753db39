"""``latency``: from a mouse press in the viewer's page to the changed pixel on its video element.

A real press in headless Chromium (its event's own time stamp), over the network into the browser, whose page
turns a patch black or white; the clock stops in the ``requestVideoFrameCallback`` whose frame shows the patch
turned. At 60 fps; with a page that moves around the patch, and with one that stands still. ``presented`` is
the same up to the frame's hand-over to the compositor, without the wait for the page's next refresh.

Beside it, the browser's own part: XTEST press to DAMAGE on the patch, soon after another and after idling.
"""

import os
import random
from pathlib import Path

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout

PATCH = (640, 400)
"""A point inside the patch, in pixels of the picture."""
FPS = 60
P50, P95 = Goal(20.0, Better.LOWER), Goal(34.0, Better.LOWER)
REPAINT = Goal(8.0, Better.LOWER)


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both pages."""
    given = options.read(os.environ)
    results = []
    for name, page in (("moving", "press.html?moving=1"), ("still", "press.html")):
        with stage.standing(given, page, FPS) as scene:
            results += _presses(console, scene, name)
            if name == "still" and not given.url:
                results += _repaints(console, scene)
    return results


def _presses(console: Console, scene: stage.Stage, name: str) -> list[Result]:
    viewer = scene.viewer()
    scene.wait_shown()
    scene.drives(viewer)
    viewer.page.mouse.move(*PATCH)
    viewer.wait(4)
    found = []
    count = int(scene.options.pick(200, 40))
    for _ in range(count):
        viewer.wait(random.uniform(0.08, 0.2))
        times = viewer.press(*PATCH)
        if times is not None:
            found.append(times)
    if len(found) < 0.98 * count:
        raise LauncherError(f"Of {count} presses only {len(found)} changed the picture.")
    shown = [times["callback_ms"] for times in found]
    presented = [times["presented_ms"] for times in found]
    console.say(f"  {name} page: {len(found)} presses, {sum(shown) / len(shown):.1f} ms on average")
    viewer.close()
    return [
        figure("latency", f"press to pixel, {name} page, p50", shown, 0.50, "ms", P50),
        figure("latency", f"press to pixel, {name} page, p95", shown, 0.95, "ms", P95),
        figure("latency", f"press to presented, {name} page, p50", presented, 0.50, "ms"),
    ]


def _repaints(console: Console, scene: stage.Stage) -> list[Result]:
    script = (Path(__file__).parent / "rig" / "repaint.py").read_text()
    results = []
    for name, pause_s, count in (("busy", 0.05, (100, 30)), ("after idling", 2.0, (20, 6))):
        presses = int(scene.options.pick(*count))
        lines = scene.agent.python(script, *(str(n) for n in (*PATCH, presses, pause_s, 20, 20)))
        times = [float(line) for line in lines.split()]
        console.say(f"  the browser's own repaint, {name}: {sum(times) / len(times):.1f} ms on average")
        if min(times) < 0:
            raise LauncherError("A press was followed by no repaint.")
        results.append(
            figure("latency", f"browser's press to repaint, {name}, p50", times, 0.5, "ms", REPAINT)
        )
    return results


BENCH = Bench("latency", "mouse press to changed pixel in the viewer, page moving and still", run)
