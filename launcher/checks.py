"""``test``: every check and every test of the project, from an empty machine too."""

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from launcher import apt, image, prepare, shell
from launcher.console import Console
from launcher.errors import CommandFailed, LauncherError
from launcher.paths import Layout

_TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")
_SIDE_BY_SIDE = (
    "tests/unit",
    "tests/integration/app",
    "tests/integration/deploy",
    "tests/integration/workers",
)
_COMPOSE = "tests/e2e/test_compose.py"
_PEOPLE = ("tests/e2e",)
_PARTS = ("tests/integration/bench", "tests/integration/launcher", "tests/integration/vb")
"""With compose they take about as long as the rest of the tests of people."""
_SCRIPTS = ("turtus", "gen_cert.sh", ".ci/run", "deploy/app/entry.sh", "deploy/postgres/start.sh")


@dataclass(frozen=True, slots=True)
class Part:
    """One program to run.

    Attributes:
        name: as in the summary.
        argv: what to run.
        live: show what it says while it runs, not only when it fails.
        beside: run it at the same time as the one before.
    """

    name: str
    argv: tuple[str, ...]
    live: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a part went."""

    name: str
    passed: bool
    seconds: float


def parts(python: str, pytest_arguments: Sequence[str], *, only_pytest: bool = False) -> list[Part]:
    """What is run, quick ones first. Pure.

    Without arguments of one's own the tests run in parts: those that share nothing side by side on two
    cores; then those of people on whole installations, who wait more than they work, beside those of the
    agent and of this command; then, with nothing beside them, those that measure (the mark ``alone``).
    """
    pytest = (python, "-m", "pytest")
    if pytest_arguments:
        tests = [Part("pytest", (*pytest, *pytest_arguments), live=True)]
    else:
        together = (*pytest, "-m", "not alone")
        tests = [
            Part("pytest, small", (*pytest, *_TWO_AT_ONCE, *_SIDE_BY_SIDE), live=True),
            Part("pytest, people", (*together, *_PEOPLE, "--ignore", _COMPOSE), live=True),
            Part("pytest, parts", (*together, *_PARTS, _COMPOSE), live=True, beside=True),
            Part("pytest, alone", (*pytest, "-m", "alone", *_PARTS, *_PEOPLE), live=True),
        ]
    if only_pytest:
        return tests
    tools = str(Path(python).parent)
    return [
        Part("ruff check", (python, "-m", "ruff", "check", ".")),
        Part("ruff format", (python, "-m", "ruff", "format", "--check", ".")),
        Part("mypy", (python, "-m", "mypy")),
        Part("lint-imports", (python, f"{tools}/lint-imports")),
        Part("codespell", (python, "-m", "codespell_lib", ".")),
        Part("shellcheck", ("shellcheck", *_SCRIPTS)),
        *tests,
    ]


def groups(found: Sequence[Part]) -> list[list[Part]]:
    """Those that run at the same time, in order. Pure."""
    together: list[list[Part]] = []
    for part in found:
        if part.beside:
            together[-1].append(part)
        else:
            together.append([part])
    return together


def run(console: Console, layout: Layout, arguments: Sequence[str], *, only_pytest: bool) -> bool:
    """Install what the tests need, run all of it, sum up. True if everything passed.

    Raises:
        LauncherError: something that the tests need cannot be installed.
    """
    layout.make_folders()
    apt.install(apt.TEST, console, layout.logs / "apt.log")
    prepare.tools(console, layout)
    name = prepare.write_env(console, layout).settings.vb.image
    image.ensure(console, layout, name)
    image.ensure(console, layout, image.CHROMIUM, on=name)
    began = time.monotonic()
    outcomes = run_all(console, layout, parts(str(layout.python), arguments, only_pytest=only_pytest))
    console.say("")
    for one in outcomes:
        console.say(f"{'✓' if one.passed else '✗'} {one.name:16} {one.seconds:7.1f} s")
    failed = [one.name for one in outcomes if not one.passed]
    total = time.monotonic() - began
    console.say(
        f"{total:.0f} s in all: " + (f"{', '.join(failed)} failed" if failed else "everything passed")
    )
    return not failed


def run_all(console: Console, layout: Layout, found: Sequence[Part]) -> list[Outcome]:
    """Run them, some at the same time, whatever becomes of the others. How each went, in their order."""
    outcomes: list[Outcome] = []
    for together in groups(found):
        with ThreadPoolExecutor(len(together)) as threads:
            outcomes += threads.map(partial(_run, console, layout), together)
    return outcomes


def environment_of_tests(here: Mapping[str, str]) -> dict[str, str]:
    """Nothing of how Turtus is set up here; what is said to the tests themselves stays. Pure."""
    return {
        name: value
        for name, value in here.items()
        if not name.startswith("TURTUS_") or name.startswith("TURTUS_TEST_")
    }


def _run(console: Console, layout: Layout, part: Part) -> Outcome:
    began = time.monotonic()
    passed = True
    environment = environment_of_tests(os.environ)
    environment["PYTHONPATH"] = str(layout.root)
    try:
        if part.live:
            console.say(f"· {part.name} …")
            shell.stream(part.argv, console.say, env=environment, cwd=layout.root)
        else:
            with console.step(part.name):
                shell.run(part.argv, env=environment, cwd=layout.root, timeout_s=600)
    except CommandFailed as error:
        passed = False
        if not part.live:
            console.say(error.output)
    except LauncherError as error:
        passed = False
        console.say(str(error))
    return Outcome(part.name, passed, time.monotonic() - began)
