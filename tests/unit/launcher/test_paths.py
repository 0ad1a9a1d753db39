"""launcher.paths: the folders of a stack."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import paths
from launcher.errors import DiskFull, LauncherError
from launcher.paths import Layout

NOBODY = 65534


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may write anywhere: be somebody else meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


@pytest.fixture
def readable() -> Iterator[Path]:
    """A state folder of somebody else's, with all that is in one."""
    with tempfile.TemporaryDirectory() as name:
        Layout(paths.ROOT, Path(name)).make_folders()
        for folder in (Path(name), *Path(name).iterdir()):
            folder.chmod(0o555)
        yield Path(name)
        Path(name).chmod(0o755)


def test_state_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second stack lives beside the first."""
    monkeypatch.setenv("TURTUS_STATE_DIR", str(tmp_path / "other"))
    layout = paths.layout()
    layout.make_folders()
    layout.make_folders()
    assert layout.record.parent.is_dir()
    assert layout.logs == tmp_path / "other" / "log"
    assert layout.env_file == paths.ROOT / ".env"


def test_folder_that_is_not_ours_is_a_sentence(readable: Path, as_nobody: None) -> None:
    """It is there, and nothing can be written."""
    with pytest.raises(LauncherError, match="permission denied") as caught:
        Layout(paths.ROOT, readable).make_folders()
    assert str(readable) in str(caught.value)
    assert "TURTUS_STATE_DIR" in (caught.value.mend or "")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("file", "a file is in its way"),
        ("file/below", "a file is in its way"),
        ("taken", "a file is in its way"),
        ("x" * 300, "file name too long"),
        ("loop", "that is no path|too many levels"),
        ("/proc/turtus/state", "no such file or directory"),
        ("a\0b", "that is no path"),
    ],
)
def test_folder_that_cannot_be_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    """Said with its name and what to do, by whichever step finds out."""
    (tmp_path / "file").write_text("")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "log").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setattr(os, "environ", {"TURTUS_STATE_DIR": str(tmp_path / name)})
    with pytest.raises(LauncherError, match=why) as caught:
        paths.layout().make_folders()
    assert repr(str(tmp_path / name)) in str(caught.value)
    assert "TURTUS_STATE_DIR" in (caught.value.mend or "")


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found before anything is begun that would fail half way."""
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Path("/dev/full").open("wb"))  # noqa: SIM115
    with pytest.raises(DiskFull) as caught:
        Layout(paths.ROOT, tmp_path).make_folders()
    assert caught.value.folder == str(tmp_path)


@pytest.mark.parametrize("verb", ["up", "down", "status", "doctor", "image"])
def test_every_verb_says_it(tmp_path: Path, verb: str) -> None:
    """Exit status 1 and two lines, before anything is done."""
    (tmp_path / "file").write_text("")
    ran = subprocess.run(
        [sys.executable, "-m", "launcher", verb],
        env={**os.environ, "TURTUS_STATE_DIR": str(tmp_path / "file")},
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("✗ The folder for what is made while running cannot be ")
    assert len(ran.stderr.splitlines()) == 2
