"""``test``: every check and every test of the project, from an empty machine too."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
_ALONE = ("tests/integration/launcher", "tests/integration/vb", "tests/e2e")
_SCRIPTS = ("turtus", "gen_cert.sh", ".ci/run", "deploy/app/entry.sh", "deploy/postgres/start.sh")


@dataclass(frozen=True, slots=True)
class Part:
    """One program to run; ``live`` shows what it says while it runs, not only when it fails."""

    name: str
    argv: tuple[str, ...]
    live: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a part went."""

    name: str
    passed: bool
    seconds: float


def parts(python: str, pytest_arguments: Sequence[str], *, only_pytest: bool = False) -> list[Part]:
    """What is run, quick ones first. Pure.

    Without arguments of one's own the tests run in two parts: those that share nothing side by side on two
    cores, then those that measure, or that own the whole machine, one after the other.
    """
    pytest = (python, "-m", "pytest")
    if pytest_arguments:
        tests = [Part("pytest", (*pytest, *pytest_arguments), live=True)]
    else:
        tests = [
            Part("pytest, small", (*pytest, *_TWO_AT_ONCE, *_SIDE_BY_SIDE), live=True),
            Part("pytest, whole", (*pytest, *_ALONE), live=True),
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
    outcomes = [
        _run(console, layout, part) for part in parts(str(layout.python), arguments, only_pytest=only_pytest)
    ]
    console.say("")
    for one in outcomes:
        console.say(f"{'✓' if one.passed else '✗'} {one.name:14} {one.seconds:7.1f} s")
    failed = [one.name for one in outcomes if not one.passed]
    total = sum(one.seconds for one in outcomes)
    console.say(
        f"{total:.0f} s in all: " + (f"{', '.join(failed)} failed" if failed else "everything passed")
    )
    return not failed


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
