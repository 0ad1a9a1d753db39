"""``sync``: whether picture and sound belong together at the viewer, and how late the sound is.

A page beeps once a second and flashes at the moment when its browser says that the beep comes out. The
viewer notes when the flash is given to the compositor (``requestVideoFrameCallback``), and when its
receiver gives the beep to the player (``MediaStreamTrackProcessor``); what screen and loudspeaker add is
not in it. The offset is beep minus flash (positive: sound is late). Drift: the median offset of the last
tenth of the time minus that of the first, in whole pictures of 1/60 s, since a flash cannot be placed more
finely. Then presses that make the page beep: from the event's time stamp to the player. The viewer's own
buffer (NetEq) is told beside it.
"""

import contextlib
import os
import random
from collections.abc import Mapping, Sequence

from bench.model import Bench, Better, Goal, Result, figure, percentile
from bench.rig import options, stage
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout

PATCH = (640, 400)
PICTURE_MS = 1000 / 60
NEAR_MS = 400.0
"""A page flashes about once in 900 ms."""
SETTLE_S = 8.0
"""The viewer's buffer for sound begins large."""
OFFSET = Goal(40.0, Better.LOWER)
DRIFT = Goal(0.0, Better.LOWER)
EAR = Goal(120.0, Better.LOWER)


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure."""
    given = options.read(os.environ)
    return [*_together(console, given), *_ear(console, given)]


def _together(console: Console, given: options.Options) -> list[Result]:
    with stage.standing(given, "sync.html", 60) as scene:
        viewer = scene.viewer()
        scene.wait_shown()
        viewer.listen(*PATCH)
        viewer.wait(SETTLE_S)
        viewer.noted("heard")
        viewer.noted("seen")
        before = viewer.stats()["audio"]
        viewer.wait(given.pick(600, 30))
        kept_ms = kept_back_ms(before, viewer.stats()["audio"])
        offsets = pairs(viewer.noted("seen"), viewer.noted("heard"))
    if len(offsets) < 5:
        raise LauncherError(f"Only {len(offsets)} flashes came with a beep.")
    tenth = max(3, len(offsets) // 10)
    drift = abs(percentile(offsets[-tenth:], 0.5) - percentile(offsets[:tenth], 0.5))
    middle = percentile(offsets, 0.5)
    console.say(
        f"  sync: sound {middle:+.1f} ms after the picture, {len(offsets)} times; drift {drift:.1f} ms;"
        f" kept back {kept_ms:.1f} ms"
    )
    ends = (min(offsets), max(offsets))
    return [
        Result("sync", "sound beside picture, p50", abs(middle), "ms", OFFSET, len(offsets), ends),
        figure("sync", "drift, whole pictures", [float(round(drift / PICTURE_MS))], 0.5, "pictures", DRIFT),
        figure("sync", "drift, measured", [drift], 0.5, "ms"),
        figure("sync", "sound kept back by the viewer's browser", [kept_ms], 0.5, "ms"),
    ]


def pairs(seen: Sequence[float], heard: Sequence[float]) -> list[float]:
    """Each beep minus the flash nearest to it, where one is within ``NEAR_MS``. Pure; all in ms."""
    found = []
    for beep in heard:
        nearest = min(seen, key=lambda flash: abs(beep - flash), default=None)
        if nearest is not None and abs(beep - nearest) < NEAR_MS:
            found.append(beep - nearest)
    return found


def kept_back_ms(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """How long a sample waited in the receiver on average between two readings of inbound-rtp. Pure."""
    samples = after["jitterBufferEmittedCount"] - before["jitterBufferEmittedCount"]
    return 1000 * (after["jitterBufferDelay"] - before["jitterBufferDelay"]) / samples if samples else 0.0


def _ear(console: Console, given: options.Options) -> list[Result]:
    with stage.standing(given, "sync.html?press=1", 60) as scene:
        viewer = scene.viewer()
        scene.wait_shown()
        scene.drives(viewer)
        viewer.listen(*PATCH)
        viewer.page.mouse.move(*PATCH)
        viewer.wait(2)
        times = []
        for _ in range(int(given.pick(60, 12))):
            viewer.noted("heard")
            viewer.noted("presses")
            viewer.page.mouse.down()
            with contextlib.suppress(LauncherError):
                viewer.until("rig.heard.length > 0", 2)
            viewer.page.mouse.up()
            heard, pressed = viewer.noted("heard"), viewer.noted("presses")
            if heard:
                times.append(heard[0] - pressed[0])
            viewer.wait(random.uniform(0.2, 0.4))
    if not times:
        raise LauncherError("No press was heard.")
    console.say(f"  sound: {sum(times) / len(times):.0f} ms from press to ear on average")
    return [figure("sync", "press to ear, p50", times, 0.5, "ms", EAR)]


BENCH = Bench("sync", "offset and drift of sound and picture; press to ear", run)
