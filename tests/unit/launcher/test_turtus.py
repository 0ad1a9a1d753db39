"""The script ``turtus``: what it does before it hands over to the launcher."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.paths import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose launcher says its arguments, and whose Python only notes that pip was asked."""
    shutil.copy(ROOT / "turtus", tmp_path)
    for name in ("requirements/app.txt", "requirements/dev.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("click==8.0.0\n")
    (tmp_path / "launcher").mkdir()
    (tmp_path / "launcher" / "__init__.py").touch()
    (tmp_path / "launcher" / "__main__.py").write_text("import sys; print('launcher', *sys.argv[1:])\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\ncase "$*" in \'-m pip \'*) : >{tmp_path}/asked; exit 0 ;; esac\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    return tmp_path


def run(project: Path, *arguments: str) -> bool:
    """Run it to its end; whether pip was asked."""
    (project / "asked").unlink(missing_ok=True)
    ended = subprocess.run(
        [project / "turtus", *arguments], capture_output=True, text=True, check=True, timeout=30
    )
    assert ended.stdout.splitlines()[-1] == " ".join(("launcher", *arguments))
    return (project / "asked").exists()


@pytest.mark.parametrize("verb", ["down", "status"])
def test_stopping_and_looking_install_nothing(project: Path, verb: str) -> None:
    """The list of packages has changed since: that is for the next start."""
    stamp = project / ".venv" / "app.stamp"
    stamp.write_text("another list\n")
    assert not run(project, verb)
    assert stamp.read_text() == "another list\n"
    assert run(project, "up")
    assert not run(project, "up")


def test_what_was_never_whole_is_installed(project: Path) -> None:
    """Without it nothing can be stopped either."""
    assert run(project, "down")
