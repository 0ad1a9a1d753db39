"""``bench/RESULTS.md``: the newest figures of each benchmark, with date, commit and machine."""

import datetime as dt
import os
import re
from pathlib import Path

from bench.model import Goal, Result
from bench.rig import options
from launcher import shell
from launcher.paths import ROOT

FILE = ROOT / "bench" / "RESULTS.md"
_HEAD = """# Results

Measured by `./turtus bench`; a section is written anew when its benchmark runs. Spread: lowest and highest.
"""


def section(name: str, results: list[Result], where: str) -> str:
    """One benchmark's part of the file. Pure."""
    lines = [
        f"## {name}",
        "",
        where,
        "",
        "| figure | value | goal | met | spread | runs |",
        "|---|---|---|---|---|---|",
    ]
    for one in results:
        low, high = one.spread
        digits = _digits(one.goal)
        lines.append(
            f"| {one.metric} | {one.value:.{digits}f} {one.unit} | {one.goal or '–'} "
            f"| {_met(one)} | {low:.{digits}f} to {high:.{digits}f} | {one.runs} |"
        )
    return "\n".join(lines) + "\n"


def _digits(goal: Goal | None) -> int:
    """Decimals of a figure: two, or one more than its goal has, so that what misses it narrowly is seen."""
    return max(2, len(f"{goal.value:g}".partition(".")[2]) + 1 if goal else 0)


def _met(one: Result) -> str:
    if one.goal is None:
        return "–"
    return "yes" if one.met else "**no**"


def merge(text: str, name: str, part: str) -> str:
    """``text`` with the section ``name`` replaced, or added at the end. Pure."""
    pattern = re.compile(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _: f"{part}\n", text).rstrip("\n") + "\n"
    return f"{text.rstrip()}\n\n{part}"


def write(name: str, results: list[Result], file: Path = FILE) -> None:
    """Put the results of one benchmark into the file."""
    text = file.read_text() if file.exists() else _HEAD
    file.write_text(merge(text, name, section(name, results, where_and_when())))


def where_and_when() -> str:
    """Date, commit and machine in a line."""
    commit = (
        shell.probe(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]).stdout.strip() or "no commit"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    today = dt.datetime.now(dt.UTC).date()
    form = ", short form" if options.read().quick else ""
    return f"{today}, commit {commit}, {os.cpu_count()} cores ({_cpu()}), {memory:.0f} GiB{form}"


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"
