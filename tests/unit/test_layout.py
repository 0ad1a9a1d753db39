"""The house keeps its size: files and functions stay small, imports stay at the top, tests mirror the source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "workers", "vb", "launcher", "bench")
PRODUCT = ("app", "workers", "vb")
MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 70
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALL = SOURCES + sorted((ROOT / "tests").rglob("*.py"))


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_files_and_functions_are_small(path: Path) -> None:
    """At most 450 lines a file and 70 a function."""
    source = path.read_text()
    assert source.count("\n") <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MAX_FUNCTION_LINES, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_whoever_catches_everything_says_why(path: Path) -> None:
    """On the same line."""
    broad = re.compile(r"^\s*except(?:\s+\(?(?:Base)?Exception\b[^#]*|):[^#]*$", re.MULTILINE)
    assert not broad.findall(path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_modules_say_what_they_are_for(path: Path) -> None:
    """Every module begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text())), "no module docstring"


def is_small(path: Path) -> bool:
    """Nothing to test on its own: packages, entry points, plain declarations."""
    tree = ast.parse(path.read_text())
    return path.name in {"__init__.py", "__main__.py"} or not any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree)
    )


MIRRORED = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in PRODUCT and not is_small(path)]


@pytest.mark.parametrize("path", MIRRORED, ids=names(MIRRORED))
def test_every_module_has_its_tests(path: Path) -> None:
    """app/x/y.py is tested by test_y.py in the same place below tests/unit or tests/integration."""
    place = path.relative_to(ROOT).parent
    candidates = [ROOT / "tests" / kind / place / f"test_{path.stem}.py" for kind in ("unit", "integration")]
    assert any(candidate.is_file() for candidate in candidates)
