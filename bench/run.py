"""``./turtus bench``: run, tell, write down."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench import results
from bench.model import Result
from bench.registry import BENCHES
from launcher import apt
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout


def run(console: Console, layout: Layout, names: Sequence[str], json_file: Path | None) -> bool:
    """Run the named benchmarks (all if none is named). True if every goal is met.

    Raises:
        LauncherError: a name is not known, or a benchmark could not be carried out.
    """
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        raise LauncherError(
            f"There is no benchmark {', '.join(unknown)}.", f"choose from {', '.join(BENCHES)}"
        )
    layout.make_folders()
    apt.install(apt.BENCH, console, layout.logs / "apt.log")
    found: list[Result] = []
    for name in names or BENCHES:
        console.say(f"{name}: {BENCHES[name].what}")
        measured = BENCHES[name].run(console, layout)
        results.write(name, measured)
        found += measured
    console.say("")
    for one in found:
        goal = f"goal {one.goal}" if one.goal else ""
        console.say(
            f"{'✓' if one.met else '✗'} {one.bench}: {one.metric}  {one.value:.2f} {one.unit}  {goal}"
        )
    if json_file:
        json_file.write_text(json.dumps([one.as_dict() for one in found], indent=2) + "\n")
    return all(one.met for one in found)
