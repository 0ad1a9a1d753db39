"""launcher.extra_ca: certificates are lent to a build and taken away again."""

from pathlib import Path

import pytest

from launcher import extra_ca
from launcher.errors import LauncherError

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_placed_copies_and_cleans_up(tmp_path: Path) -> None:
    """During the block the machine's and the given ones are there; afterwards only what was there before."""
    system, folder = tmp_path / "system", tmp_path / "ca"
    system.mkdir()
    folder.mkdir()
    (system / "company.crt").write_text(PEM)
    (folder / "kept.crt").write_text(PEM)
    given = tmp_path / "given.pem"
    given.write_text(PEM)
    with extra_ca.placed(folder, [given], system) as count:
        assert count == 2
        assert len(list(folder.glob("*.crt"))) == 3
    assert [path.name for path in folder.iterdir()] == ["kept.crt"]


def test_placed_cleans_up_after_a_failed_build(tmp_path: Path) -> None:
    """A build that fails leaves none behind, either."""
    (tmp_path / "company.crt").write_text(PEM)
    folder = tmp_path / "ca"
    folder.mkdir()
    with pytest.raises(RuntimeError), extra_ca.placed(folder, [], tmp_path):
        raise RuntimeError
    assert list(folder.iterdir()) == []


def test_gather_refuses_what_is_no_certificate(tmp_path: Path) -> None:
    """A wrong file is named."""
    wrong = tmp_path / "key.pem"
    wrong.write_text("nothing")
    with pytest.raises(LauncherError, match=r"key\.pem is not a certificate"):
        extra_ca.gather([wrong], tmp_path)
