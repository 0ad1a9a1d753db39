"""launcher.shell: programs that fail, hang or are not there."""

from pathlib import Path

import pytest

from launcher import shell
from launcher.errors import CommandFailed, LauncherError


def test_probe_of_a_missing_program() -> None:
    """As a shell would say it: status 127."""
    assert shell.probe(["turtus-no-such-program"]).returncode == 127


def test_probe_of_a_program_that_hangs() -> None:
    """It is ended after the time, with status 124."""
    assert shell.probe(["sleep", "30"], timeout_s=0.1).returncode == 124


def test_run_raises_with_what_was_said() -> None:
    """Both outputs are in the error."""
    with pytest.raises(CommandFailed) as caught:
        shell.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert caught.value.status == 3
    assert caught.value.output == "out\nerr"


def test_stream_hands_over_lines_and_keeps_a_log(tmp_path: Path) -> None:
    """Lines come as they are, and all of them are in the log."""
    seen: list[str] = []
    log = tmp_path / "log"
    shell.stream(["sh", "-c", "echo one; echo two >&2"], seen.append, log=log)
    assert seen == ["one", "two"]
    assert log.read_text() == "one\ntwo\n"


def test_stream_raises_with_the_tail() -> None:
    """A failure carries the last lines."""
    with pytest.raises(CommandFailed, match=r"\| last"):
        shell.stream(["sh", "-c", "echo first; echo last; exit 1"], lambda line: None)


def test_as_root_without_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot become root is told the command."""
    monkeypatch.setattr(shell, "is_root", lambda: False)
    monkeypatch.setattr(shell, "find", lambda program: None)
    with pytest.raises(LauncherError, match="as root: systemctl start docker"):
        shell.as_root(["systemctl", "start", "docker"])
    monkeypatch.setattr(shell, "find", lambda program: "/usr/bin/sudo")
    assert shell.as_root(["true"]) == ["sudo", "true"]
