"""launcher.checks: what `test` runs."""

from launcher.checks import parts
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


def test_every_test_is_run_once() -> None:
    """In one of the two parts, whichever folder it is in."""
    named = [word for part in parts("/x/python", [], only_pytest=True) for word in part.argv if "/" in word]
    for file in (ROOT / "tests").rglob("test_*.py"):
        inside = [name for name in named if file.is_relative_to(ROOT / name)]
        assert len(inside) == 1, file
