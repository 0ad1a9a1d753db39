"""launcher.certificate and gen_cert.sh: a pair that browsers and agents can use."""

import datetime as dt
import io
import socket
import subprocess
from pathlib import Path

import pytest

from launcher import certificate
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import ROOT


def _make(folder: Path, *arguments: str) -> str:
    command = [str(ROOT / "gen_cert.sh"), "--dir", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _read(folder: Path) -> certificate.Certificate:
    return certificate.read(folder / "localhost.cert", folder / "localhost.key")


def test_pair_is_for_this_machine(tmp_path: Path) -> None:
    """Names of the machine, of containers' way to it, of the compose service; 825 days; a private key."""
    _make(tmp_path, "turtus.example", "192.0.2.77")
    found = _read(tmp_path)
    wanted = {"localhost", socket.gethostname(), "host.docker.internal", "web", "127.0.0.1", "::1"}
    assert wanted | {"turtus.example", "192.0.2.77"} <= found.names
    assert found.fits_key
    assert dt.timedelta(days=824) < found.expires_at - dt.datetime.now(dt.UTC) < dt.timedelta(days=826)
    assert (tmp_path / "localhost.key").stat().st_mode & 0o777 == 0o600


def test_pair_is_kept_unless_forced(tmp_path: Path) -> None:
    """What browsers were told to trust stays."""
    _make(tmp_path)
    first = (tmp_path / "localhost.cert").read_bytes()
    assert "--force" in _make(tmp_path)
    assert (tmp_path / "localhost.cert").read_bytes() == first
    _make(tmp_path, "--force")
    assert (tmp_path / "localhost.cert").read_bytes() != first


def test_read_of_what_is_no_certificate(tmp_path: Path) -> None:
    """A wrong file is named, with the command that makes a right one."""
    for name in ("cert", "key"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(LauncherError, match="are not a certificate"):
        certificate.read(tmp_path / "cert", tmp_path / "key")
    with pytest.raises(LauncherError, match="cannot be read"):
        certificate.read(tmp_path / "none", tmp_path / "key")


def test_ensure_does_not_make_what_was_configured(tmp_path: Path) -> None:
    """A path of the operator's own that does not exist is an error, not a wish."""
    with pytest.raises(LauncherError, match="is not there"):
        certificate.ensure(tmp_path / "cert", tmp_path / "key", Console(io.StringIO()))
