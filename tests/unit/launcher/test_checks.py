"""launcher.checks: what `test` runs."""

import io
from itertools import pairwise
from pathlib import Path

from launcher.checks import Part, environment_of_tests, groups, parts, run_all
from launcher.console import Console
from launcher.paths import ROOT, Layout

HERE = Path(__file__)


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
    """In one of the parts, whichever folder it is in; those to be run alone in a part of their own."""
    found = [part.argv for part in parts("/x/python", [], only_pytest=True)]
    for file in (ROOT / "tests").rglob("test_*.py"):
        marks = [_mark(argv) for argv in found if _runs(argv, file)]
        assert marks in ([""], ["not alone", "alone"]), file
        assert len(marks) == 2 or "pytest.mark.alone" not in file.read_text() or file == HERE, file


def test_nothing_runs_beside_what_is_to_be_run_alone() -> None:
    """Two parts run at the same time, the last one by itself."""
    found = groups(parts("/x/python", []))
    beside = [[part.name for part in each] for each in found if len(each) > 1]
    assert beside == [["pytest, people", "pytest, parts"]]
    assert [_mark(part.argv) for part in found[-1]] == ["alone"]


def test_two_parts_run_at_the_same_time(tmp_path: Path) -> None:
    """Each hears of the other; that one fails does not stop what follows, and the lines of both are shown."""
    answer, question = tmp_path / "answer", tmp_path / "question"
    wait = "for each in $(seq 100); do [ -p %s ] && break; sleep 0.1; done; "
    ask = ("sh", "-c", f"mkfifo {question}; {wait % answer} cat {answer}; echo asked >{question}; exit 1")
    reply = ("sh", "-c", f"mkfifo {answer}; {wait % question} echo replied >{answer}; cat {question}")
    out = io.StringIO()
    found = [
        Part("one", ask, live=True),
        Part("two", reply, live=True, beside=True),
        Part("three", ("echo", "after"), live=True),
    ]
    outcomes = run_all(Console(out), Layout(ROOT, tmp_path), found)
    assert [(one.name, one.passed) for one in outcomes] == [("one", False), ("two", True), ("three", True)]
    lines = out.getvalue().splitlines()
    assert lines[-1] == "after"
    assert {"replied", "asked"} < set(lines)


def _mark(argv: tuple[str, ...]) -> str:
    """What follows pytest's ``-m``, if anything does."""
    words = argv[argv.index("pytest") :]
    return words[words.index("-m") + 1] if "-m" in words else ""


def _runs(argv: tuple[str, ...], file: Path) -> bool:
    """Whether these arguments of pytest make it run a file."""
    covers = {True: False, False: False}
    for before, word in pairwise(argv):
        if "/" in word and file.is_relative_to(ROOT / word):
            covers[before == "--ignore"] = True
    return covers[False] and not covers[True]
