"""`./turtus demo` does the main job: a picture and a sound, seen and heard by a real viewer."""

import json
import os
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import browsers, record
from tests.support.turtus import Turtus, second_stack

pytestmark = [pytest.mark.docker, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def turtus(tmp_path: Path) -> Iterator[Turtus]:
    with second_stack(tmp_path / "state") as found:
        yield found


def test_demo_starts_shows_and_cleans_up(turtus: Turtus, tmp_path: Path) -> None:
    """It starts the stack, saves what came, and leaves no process and no container."""
    out = tmp_path / "demo"
    ended = turtus.run("demo", "--seconds", "5", "--out", str(out), timeout_s=200)
    assert ended.returncode == 0, ended.stdout + ended.stderr

    stats = json.loads((out / "stats.json").read_text())
    assert list(stats["states"])[:4] == ["REQUESTED", "CREATING", "STARTING", "READY"]
    assert (stats["width"], stats["height"]) == (1280, 720)
    assert stats["codec"] == "video/H264"
    assert stats["audio_codec"] == "audio/opus"
    assert stats["audio_rms"] > 0.01
    assert stats["fps"] > 5
    assert (out / "frame.png").read_bytes().startswith(b"\x89PNG")
    with wave.open(str(out / "audio.wav")) as sound:
        assert sound.getnframes() > 4 * sound.getframerate()

    assert record.running(turtus.layout.record) is None
    assert turtus.left() == []
    assert browsers.list_all(turtus.install_id) == []


def test_demo_at_a_page_that_is_not_there_says_so(turtus: Turtus, tmp_path: Path) -> None:
    """Where nothing serves, it ends with a sentence and status 1."""
    ended = turtus.run("demo", "--base-url", "https://localhost:9", "--out", str(tmp_path / "demo"))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "✗" in ended.stderr


def test_demo_that_cannot_write_says_so(turtus: Turtus, tmp_path: Path) -> None:
    """A folder that cannot be made is told before anything is started."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    ended = turtus.run("demo", "--out", str(blocked / "demo"))
    assert ended.returncode == 1
    assert os.fspath(blocked) in ended.stderr
    assert "Traceback" not in ended.stderr
