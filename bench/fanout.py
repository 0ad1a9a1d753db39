"""``fanout``: what each viewer more costs the agent at 2.5 Mbit/s, with 1, 10, 50 and 100 of them.

The agent's own sending half (table, fan-out, pacing, SRTP, one UDP port) in a process of its own, fed with
frames of an exact size, so that encoding is not counted; the viewers are real DTLS-SRTP peers in another
process, whose cost is not counted either. Frame age: from publishing to the arrival of its last packet.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from bench.model import Bench, Better, Goal, Result, figure, percentile
from bench.rig import options
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import ROOT, Layout

CROWDS = (1, 10, 50, 100)
SETTLE_S = 2.0


class Part:
    """A process that speaks JSON lines."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, **fields: Any) -> dict[str, Any]:
        """Say something and take the answer.

        Raises:
            LauncherError: it has ended.
        """
        self.tell(**fields)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise LauncherError("A part of the benchmark has ended.")
        return cast(dict[str, Any], json.loads(line))

    def tell(self, **fields: Any) -> None:
        """Say something."""
        if self._process.stdin:
            self._process.stdin.write(json.dumps(fields) + "\n")
            self._process.stdin.flush()


@contextmanager
def part(module: str) -> Iterator[Part]:
    """``python -m module`` for the time of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield Part(process)
        finally:
            process.kill()


def run(console: Console, layout: Layout) -> list[Result]:
    """Each crowd in turn."""
    seconds = options.read(os.environ).pick(15, 5)
    found = {viewers: _measure(viewers, seconds) for viewers in CROWDS}
    results = []
    for viewers, (cpu, lost, dropped, age_ms) in found.items():
        each = (cpu - found[1][0]) / (viewers - 1) if viewers > 1 else cpu
        console.say(
            f"  {viewers}: {cpu:.1f} %, {each:.2f} % each, {lost} lost, {dropped} dropped, {age_ms:.1f} ms"
        )
        cost, drop, age = (
            Goal(0.6, Better.LOWER) if viewers == 50 else None,
            Goal(0.0, Better.LOWER) if viewers == 100 else None,
            Goal(50.0, Better.LOWER) if viewers == 100 else None,
        )
        results += [
            figure("fanout", f"each more viewer, at {viewers}", [each], 0.5, "% of a core", cost),
            figure("fanout", f"packets that did not arrive, at {viewers}", [lost], 0.5, "packets"),
            figure("fanout", f"frames dropped, at {viewers}", [dropped], 0.5, "frames", drop),
            figure("fanout", f"frame age p99, at {viewers}", [age_ms], 0.5, "ms", age),
        ]
    return results


def _measure(viewers: int, seconds: float) -> tuple[float, float, float, float]:
    """Percent of a core, packets lost, frames dropped, frame age p99 in ms."""
    with part("bench.rig.fountain") as fountain, part("bench.rig.crowd") as crowd:
        for number in range(viewers):
            offer = fountain.ask(open=f"p-{number}")
            fountain.tell(**crowd.ask(**offer))
        deadline = time.monotonic() + 60
        while fountain.ask(read=True)["connected"] < viewers:
            if time.monotonic() > deadline:
                raise LauncherError(f"Not all of {viewers} viewers connected.")
            time.sleep(0.2)
        time.sleep(SETTLE_S)
        crowd.ask(read=True)
        before = fountain.ask(read=True)
        time.sleep(seconds)
        after = fountain.ask(read=True)
        ages = crowd.ask(read=True)["ages_ms"]
        fountain.tell(stop=True)
        time.sleep(1)
        sent, got = fountain.ask(read=True)["packets"], crowd.ask(read=True)["packets"]
    cpu = 100 * (after["cpu_s"] - before["cpu_s"]) / (after["at_s"] - before["at_s"])
    return cpu, float(sent - got), float(after["dropped"] - before["dropped"]), percentile(ages, 0.99)


BENCH = Bench("fanout", "what each viewer more costs at 2.5 Mbit/s; frame age with 100", run)
