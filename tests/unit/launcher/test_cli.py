"""launcher.cli: every verb helps, and mistakes are told in words."""

import errno
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from launcher import cli
from launcher.errors import LauncherError
from launcher.paths import ROOT


@pytest.mark.parametrize("verb", [*cli.VERBS])
def test_every_verb_has_help(verb: str) -> None:
    """`--help` explains the verb and its options."""
    result = CliRunner().invoke(cli.cli, [verb, "--help"])
    assert result.exit_code == 0
    assert "--help" in result.output


def test_help_needs_no_development_packages() -> None:
    """Nobody waits for a hundred packages to read nine lines."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('playwright', 'pytest', 'av', 'aiortc')))\n"
        "from click.testing import CliRunner; from launcher import cli\n"
        "for verb in cli.VERBS: assert CliRunner().invoke(cli.cli, [verb, '--help']).exit_code == 0, verb"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_overview_loads_no_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of verbs needs no development packages."""
    monkeypatch.setattr(importlib, "import_module", lambda name: pytest.fail(name))
    result = CliRunner().invoke(cli.cli, ["--help"])
    assert all(verb in result.output for verb in cli.VERBS)


def test_unknown_verb() -> None:
    """Status 2 and a sentence, as for any wrong usage."""
    result = CliRunner().invoke(cli.cli, ["fly"])
    assert result.exit_code == 2
    assert "fly" in result.output


def test_wrong_port_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No stack trace for a person's mistake, and status 1."""
    monkeypatch.setattr("sys.argv", ["turtus", "up", "--port", "seven"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith("✗ 'seven' is not a port.")


def test_launcher_error_says_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sentence and remedy reach the person."""

    def broken(**_: object) -> None:
        raise LauncherError("The engine is off.", "switch it on")

    monkeypatch.setattr(cli, "cli", broken)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == "✗ The engine is off.\n  To mend it: switch it on\n"


@pytest.mark.parametrize(
    ("error", "folder"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/state/run/turtus.new"), "/srv/state/run"),
        (OSError(errno.ENOSPC, "No space left on device"), "/srv/state"),
    ],
)
def test_a_full_disk_says_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError, folder: str
) -> None:
    """Free space there, and nothing else, is the remedy."""

    def broken(**_: object) -> None:
        raise error

    monkeypatch.setenv("TURTUS_STATE_DIR", "/srv/state")
    monkeypatch.setattr(cli, "cli", broken)
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert f"nothing more can be written in {folder}." in said
    assert "To mend it: free space" in said


@pytest.mark.timeout(20)
def test_ctrl_c_at_once_is_no_trace(tmp_path: Path) -> None:
    """Even while the first modules are loaded: one line, and the status of what a signal ended."""
    (tmp_path / "click.py").write_text(
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(5)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "launcher", "status"],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Interrupted.\n")


@pytest.mark.timeout(20)
def test_ctrl_c_during_a_verb_is_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same, later."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["turtus", "up"])
    monkeypatch.setattr("launcher.stack.up", interrupted)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 130
    assert capsys.readouterr().err.strip() == "Interrupted."
