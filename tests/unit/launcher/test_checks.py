"""launcher.checks: what `test` runs."""

from itertools import pairwise
from pathlib import Path

from launcher.checks import environment_of_tests, parts
from launcher.paths import ROOT


def test_everything_is_run_and_arguments_go_to_pytest() -> None:
    """Lint, types, contracts, spelling, scripts, then the tests with what was asked for."""
    found = parts("/x/python", ["-k", "room"])
    assert [part.name for part in found] == [
        "ruff check",
        "ruff format",
        "mypy",
        "lint-imports",
        "codespell",
        "shellcheck",
        "pytest",
    ]
    assert found[-1].argv == ("/x/python", "-m", "pytest", "-k", "room")


def test_only_pytest() -> None:
    """While working on a test the rest may be left out."""
    assert [part.name for part in parts("/x/python", ["-x"], only_pytest=True)] == ["pytest"]


def test_only_what_tests_are_told_by_reaches_them() -> None:
    """How Turtus is set up on this machine is nothing to them."""
    here = {"PATH": "/bin", "TURTUS_PORT": "8000", "TURTUS_TEST_LONG": "1"}
    assert environment_of_tests(here) == {"PATH": "/bin", "TURTUS_TEST_LONG": "1"}


def test_every_test_is_run_once() -> None:
    """In one of the parts, whichever folder it is in."""
    found = [part.argv for part in parts("/x/python", [], only_pytest=True)]
    for file in (ROOT / "tests").rglob("test_*.py"):
        assert sum(_runs(argv, file) for argv in found) == 1, file


def _runs(argv: tuple[str, ...], file: Path) -> bool:
    """Whether these arguments of pytest make it run a file."""
    covers = {True: False, False: False}
    for before, word in pairwise(argv):
        if "/" in word and file.is_relative_to(ROOT / word):
            covers[before == "--ignore"] = True
    return covers[False] and not covers[True]
