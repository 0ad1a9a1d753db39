"""``latency``: from a mouse press in the viewer's page to the changed pixel on its video element.

A real press in headless Chromium (its event's own time stamp), over the network into the browser, whose page
turns a patch black or white; the clock stops in the ``requestVideoFrameCallback`` whose frame shows the patch
turned. At 60 fps; with a page that moves around the patch, and with one that stands still. ``presented`` is
the same up to the frame's hand-over to the compositor, without the wait for the page's next refresh.

Beside it, the browser's own part: XTEST press to DAMAGE on the patch, on both pages, and after idling. And
Selkies (WebRTC mode) on the same screen in the same run, where there is an image of it
(``bench/rig/selkies.Dockerfile``).

Where the time goes (p50 in ms of 40 to 60 presses on two cores, page still / moving): the viewer's event
until its handler runs 1 / 3, data channel to XTEST 2 / 3, Firefox until it has drawn 8 / 30, the picture
taken and converted 2 / 2, encoded 3 / 5, sent, received and decoded 2 / 2, until the viewer's page is
called 2 / 6. No timer of ours is waited for. What is left is beats: Firefox's of 16.7 ms (a moving page
waits for one to be told of the press and for another to be shown) and the viewer's own, at which its page
is called: an animation frame comes 6 ms after a press in the median and 16 at p95, without any network. So
34 ms at p95 leave 18 for all else, and a moving page cannot come near 20 at p50 unless Firefox draws off
its beat: ``docs/architecture.md`` says what that would cost.
"""

import os
import random
from dataclasses import replace
from pathlib import Path
from typing import cast

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, selkies, stage
from bench.rig.agent import ContainerAgent
from bench.rig.viewer import SIZE, Viewer
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout

PATCH = (640, 400)
"""A point inside the patch, in pixels of the picture."""
FPS = 60
P50, P95 = Goal(20.0, Better.LOWER), Goal(34.0, Better.LOWER)
REPAINT = Goal(8.0, Better.LOWER)
PAGES = {"moving": "press.html?moving=1", "still": "press.html"}
REPAINTS: dict[str, tuple[tuple[str, float, tuple[int, int], Goal | None], ...]] = {
    "moving": (("moving page", 0.05, (100, 30), None),),
    "still": (("busy", 0.05, (100, 30), REPAINT), ("after idling", 2.0, (20, 6), REPAINT)),
}
"""By page: its name, the pause between presses in seconds, how many (long and short form), the goal."""
TURNS = (2, 1)
"""How often ours and Selkies take turns, in the long and in the short form."""
NO_SELKIES = f"  Selkies is left out: there is no image {selkies.IMAGE} (bench/rig/selkies.Dockerfile)."


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both pages."""
    given = options.read(os.environ)
    results = []
    for name, page in PAGES.items():
        with stage.standing(given, page, FPS) as scene:
            viewer = scene.viewer()
            scene.wait_shown()
            scene.drives(viewer)
            results += _figures(f"{name} page", _presses(console, scene, viewer, f"{name} page"), P50, P95)
            viewer.close()
            if not given.url:
                results += _repaints(console, scene, name)
    return results + _beside_selkies(console, given)


def _beside_selkies(console: Console, given: options.Options) -> list[Result]:
    """Each page watched through both, by turns, on one screen."""
    if given.agent or given.url or not selkies.there():
        console.say(NO_SELKIES)
        return []
    results = []
    turns = int(given.pick(*TURNS))
    for name, page in PAGES.items():
        with stage.standing(replace(given, image=selkies.IMAGE), page, FPS) as scene:
            scene.wait_shown()
            ours: list[dict[str, float]] = []
            theirs: list[dict[str, float]] = []
            for number in range(turns):
                viewer = scene.viewer()
                scene.drives(viewer)
                ours += _presses(console, scene, viewer, f"{name} page, ours {number + 1}", turns)
                viewer.close()
                with selkies.running(cast(ContainerAgent, scene.agent), FPS, *SIZE.values()) as address:
                    viewer = scene.visitor(address)
                    theirs += _presses(console, scene, viewer, f"{name} page, Selkies {number + 1}", turns)
                    viewer.close()
        found = _figures(f"{name} page, Selkies on that screen", theirs)
        goals = [Goal(result.value, Better.LOWER) for result in found]
        results += [*found, *_figures(f"{name} page, ours on that screen", ours, *goals[:2])]
    return results


def _presses(
    console: Console, scene: stage.Stage, viewer: Viewer, what: str, share: int = 1
) -> list[dict[str, float]]:
    viewer.page.mouse.move(*PATCH)
    viewer.wait(4)
    found = []
    count = int(scene.options.pick(200, 40)) // share
    for _ in range(count):
        viewer.wait(random.uniform(0.08, 0.2))
        times = viewer.press(*PATCH)
        if times is not None:
            found.append(times)
    if len(found) < 0.98 * count:
        raise LauncherError(f"Of {count} presses only {len(found)} changed the picture.")
    shown = [times["callback_ms"] for times in found]
    console.say(f"  {what}: {len(found)} presses, {sum(shown) / len(shown):.1f} ms on average")
    return found


def _figures(
    what: str, found: list[dict[str, float]], p50: Goal | None = None, p95: Goal | None = None
) -> list[Result]:
    shown = [times["callback_ms"] for times in found]
    presented = [times["presented_ms"] for times in found]
    return [
        figure("latency", f"press to pixel, {what}, p50", shown, 0.50, "ms", p50),
        figure("latency", f"press to pixel, {what}, p95", shown, 0.95, "ms", p95),
        figure("latency", f"press to presented, {what}, p50", presented, 0.50, "ms"),
    ]


def _repaints(console: Console, scene: stage.Stage, page: str) -> list[Result]:
    script = (Path(__file__).parent / "rig" / "repaint.py").read_text()
    results = []
    for name, pause_s, count, goal in REPAINTS[page]:
        presses = int(scene.options.pick(*count))
        lines = scene.agent.python(script, *(str(n) for n in (*PATCH, presses, pause_s)))
        times = [float(line) for line in lines.split()]
        console.say(f"  the browser's own repaint, {name}: {sum(times) / len(times):.1f} ms on average")
        if min(times) < 0:
            raise LauncherError("A press was followed by no repaint.")
        results.append(figure("latency", f"browser's press to repaint, {name}, p50", times, 0.5, "ms", goal))
    return results


BENCH = Bench("latency", "mouse press to changed pixel in the viewer, page moving and still", run)
