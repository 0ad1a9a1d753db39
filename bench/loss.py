"""``loss``: what a viewer sees when 2, 5 and 10 % of the packets are lost at random, at 60 ms round trip.

Both ways lose so many. Real agent, real Chromium in a network namespace of its own, full motion
(``turtus:motion``) at 30 fps. The loss is iptables' ``statistic``, the length a relay's (``bench.rig.path``).
What is counted is presented pictures (``requestVideoFrameCallback``). No FEC: what mends is NACK and
retransmission.
"""

import os

from bench import seen
from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from bench.rig.path import Path
from bench.rig.viewer import Viewer
from launcher.console import Console
from launcher.paths import Layout

ONE_WAY_S = 0.03
FREEZE_GOALS = {0.02: None, 0.05: Goal(0.4, Better.LOWER), 0.10: Goal(1.0, Better.LOWER)}
FPS_GOALS = {0.02: None, 0.05: Goal(27.0, Better.HIGHER), 0.10: None}
RECOVERY = Goal(1.0, Better.LOWER)


def run(console: Console, layout: Layout) -> list[Result]:
    """Each share of loss in turn, on one viewer."""
    given = options.read(os.environ)
    seconds, results = given.pick(30, 10), []
    with stage.standing(given, "turtus:motion", 30) as scene, Path(ONE_WAY_S) as path:
        console.say(f"  the path: {path.made_by}")
        viewer = scene.viewer(path.lead, path.program)
        viewer.wait(4)
        for share, freeze_goal in FREEZE_GOALS.items():
            path.lose(share)
            viewer.wait(1)
            viewer.frames()
            viewer.wait(seconds)
            moments = presented(viewer)
            ended_ms = float(viewer.page.evaluate("performance.now()"))
            path.lose(0.0)
            viewer.wait(3)
            back_s = seen.steady_after_s(presented(viewer), ended_ms)
            fps, freeze_s = seen.fps(moments), seen.longest_freeze_s(moments)
            name = f"{share:.0%} lost"
            console.say(
                f"  {name}: {fps:.1f} fps, longest freeze {freeze_s:.2f} s, {back_s:.2f} s to recover"
            )
            results += [
                figure("loss", f"frames a second, {name}", [fps], 0.5, "fps", FPS_GOALS[share]),
                figure("loss", f"longest freeze, {name}", [freeze_s], 0.5, "s", freeze_goal),
                figure("loss", f"time to recover after {name}", [back_s], 0.5, "s", RECOVERY),
            ]
    return results


def presented(viewer: Viewer) -> list[float]:
    """Presentation times in ms since the last call."""
    return [frame[1] for frame in viewer.frames()]


BENCH = Bench("loss", "fps and freezes at 2, 5 and 10 % loss and 60 ms round trip", run)
