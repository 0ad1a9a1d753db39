"""launcher.console: plain lines where there is no terminal."""

import io
from pathlib import Path

import pytest

from launcher import console
from launcher.console import Console


def test_step_tells_begin_and_end() -> None:
    """Without a terminal a step is two lines."""
    out = io.StringIO()
    with Console(out).step("building"):
        pass
    begin, end = out.getvalue().splitlines()
    assert begin == "· building …"
    assert end.startswith("✓ building (0.0 s)")


def test_step_that_fails_says_so() -> None:
    """The error goes on to who knows what to say."""
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Console(out).step("building"):
        raise ValueError("no")
    assert out.getvalue().splitlines()[-1].startswith("✗ building")


def test_quiet_step_that_was_over_at_once_says_nothing() -> None:
    """What did nothing is not worth a line."""
    out = io.StringIO()
    with Console(out).step("checking", quiet=True):
        pass
    assert out.getvalue() == ""


def test_detail_is_repeated_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a log a long step speaks up every few seconds, not for each line."""
    monkeypatch.setattr(console, "PLAIN_EVERY_S", 0.0)
    out = io.StringIO()
    with Console(out).step("building") as step:
        step.detail("step 3\nof 4")
    assert "building: step 3 of 4 (0 s)" in out.getvalue()


def test_detail_is_quiet_in_between() -> None:
    """Nothing before the time has come."""
    out = io.StringIO()
    with Console(out).step("building") as step:
        step.detail("step 3 of 4")
    assert "step 3" not in out.getvalue()


def test_a_log_on_a_full_disk_stops_no_step() -> None:
    """What is done at the end is done, said or not."""
    done = False
    stream = Path("/dev/full").open("w")  # noqa: SIM115
    with Console(stream).step("stopping"):
        done = True
    assert done
    with pytest.raises(OSError, match="No space left"):
        stream.close()
