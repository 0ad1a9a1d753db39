"""launcher.paths: the folders of a stack."""

from pathlib import Path

import pytest

from launcher import paths


def test_state_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second stack lives beside the first."""
    monkeypatch.setenv("TURTUS_STATE_DIR", str(tmp_path / "other"))
    layout = paths.layout()
    layout.make_folders()
    assert layout.record.parent.is_dir()
    assert layout.logs == tmp_path / "other" / "log"
    assert layout.env_file == paths.ROOT / ".env"
