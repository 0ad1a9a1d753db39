"""Pictures of a real X screen: when they are taken, what is on them, and that they survive what X does."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from av.video.frame import VideoFrame
from Xlib import display, error

from tests.support.x_screen import x_screen
from vb.media import capture as module
from vb.media.capture import ScreenCapture
from vb.media.timing import Settling

FPS = 30


@pytest.fixture(autouse=True)
def _rests_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comes to rest after one more picture."""
    monkeypatch.setattr(module, "Settling", lambda: Settling(late_s=(0.05,)))


class Watcher:
    """A capture and what it took."""

    def __init__(self, name: str, *, pointer: bool = False) -> None:
        self.frames: list[VideoFrame] = []
        self.times: list[float] = []
        self.wish = False
        self.capture = ScreenCapture(name, 640, 480, FPS, self._take, self._wanted, pointer=pointer)

    def _take(self, frame: VideoFrame, taken_at: float) -> None:
        self.frames.append(frame)
        self.times.append(taken_at)

    def _wanted(self) -> bool:
        wish, self.wish = self.wish, False
        return wish

    def until(self, count: int, timeout_s: float = 5.0) -> None:
        deadline = time.monotonic() + timeout_s
        while len(self.frames) < count:
            assert time.monotonic() < deadline, f"{len(self.frames)} of {count} pictures"
            time.sleep(0.005)

    def rest(self) -> int:
        """Until it takes none any more; how many there are."""
        self.until(2)
        time.sleep(0.3)
        return len(self.frames)


@contextmanager
def watching(name: str, *, pointer: bool = False) -> Iterator[Watcher]:
    watcher = Watcher(name, pointer=pointer)
    watcher.capture.start()
    try:
        yield watcher
    finally:
        watcher.capture.stop()
        watcher.capture.join(5)


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with x_screen() as name:
        yield name


@pytest.fixture
def paint(screen: str) -> Iterator[Callable[[int], None]]:
    connection: Any = display.Display(screen)
    root = connection.screen().root

    def fill(colour: int) -> None:
        pen = root.create_gc(foreground=colour)
        root.fill_rectangle(pen, 0, 0, 640, 480)
        pen.free()
        connection.sync()

    yield fill
    connection.close()


def pixel(frame: VideoFrame) -> int:
    plane = frame.planes[0]
    return int.from_bytes(bytes(plane)[100 * plane.line_size + 400 :][:3], "little")


def test_a_still_screen_is_pictured_only_at_first(screen: str) -> None:
    """Once, once more when it has come to rest, and then never again."""
    with watching(screen) as watcher:
        assert watcher.rest() == 2
        assert (watcher.frames[0].width, watcher.frames[0].height) == (640, 480)
        assert watcher.frames[0].format.name == "bgr0"


def test_a_change_is_pictured_at_once(screen: str, paint: Callable[[int], None]) -> None:
    """Not at the next beat, which would take half an interval on average; and the picture shows it."""
    waits = []
    with watching(screen) as watcher:
        for colour in (0x123456, 0x654321, 0x00FF00, 0xABCDEF, 0xFEDCBA, 0x010203, 0xFFFFFF):
            before = watcher.rest()
            at = time.monotonic()
            paint(colour)
            watcher.until(before + 1)
            assert pixel(watcher.frames[before]) == colour
            waits.append(watcher.times[before] - at)
    assert statistics.median(waits) < 0.25 / FPS, waits


def test_many_changes_make_no_more_pictures_than_asked_for(screen: str, paint: Callable[[int], None]) -> None:
    """And the last one shows how it ended."""
    with watching(screen) as watcher:
        before = watcher.rest()
        until = time.monotonic() + 1
        colour = 0
        while time.monotonic() < until:
            colour += 1
            paint(colour)
        time.sleep(0.3)
        assert FPS / 2 <= len(watcher.frames) - before <= FPS + 4
        assert pixel(watcher.frames[-1]) == colour


def test_a_keyframe_is_made_from_a_still_screen(screen: str) -> None:
    """As soon as the wish is told."""
    with watching(screen) as watcher:
        before = watcher.rest()
        watcher.wish = True
        at = time.monotonic()
        watcher.capture.poke()
        watcher.until(before + 1)
        assert watcher.times[before] - at < 0.1


@pytest.mark.parametrize("pointer", [True, False])
def test_the_pointer_is_drawn_and_followed_only_if_asked_for(screen: str, pointer: bool) -> None:
    """Without, its motion costs nothing at all."""
    connection: Any = display.Display(screen)
    with watching(screen, pointer=pointer) as watcher:
        before = watcher.rest()
        connection.screen().root.warp_pointer(50 if pointer else 60, 50)
        connection.sync()
        time.sleep(0.3)
        assert (len(watcher.frames) > before) is pointer
    connection.close()


def test_another_size_of_the_screen_begins_a_new_capture(screen: str) -> None:
    """Whatever it was told at first: the pictures have the size that the screen has."""
    watcher = Watcher(screen)
    watcher.capture._size = (320, 240)
    watcher.capture.start()
    watcher.until(1)
    watcher.capture.stop()
    watcher.capture.join(5)
    assert (watcher.frames[0].width, watcher.frames[0].height) == (640, 480)


class FakeEndedGrab:
    """An x11grab that has come to an end, which it never does when it is asked to."""

    def __enter__(self) -> "FakeEndedGrab":
        return self

    def __exit__(self, *problem: object) -> None: ...

    def decode(self, video: int) -> Iterator[VideoFrame]:
        return iter(())


def test_pictures_that_end_are_begun_anew(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread goes on: nobody else would ever start it again."""
    watcher = Watcher(screen)
    opened, right = [FakeEndedGrab()], watcher.capture._open
    monkeypatch.setattr(watcher.capture, "_open", lambda: opened.pop() if opened else right())
    watcher.capture.start()
    watcher.until(1)
    assert not opened
    watcher.capture.stop()
    watcher.capture.join(5)


def fake_gone_screen(name: str, *, pointer: bool) -> NoReturn:
    """What Changes raises while there is no X server."""
    raise error.DisplayConnectionError(name, "gone")


def test_it_waits_for_a_screen_that_is_gone(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And goes on when there is one; it may be stopped while it waits, twice, and started again."""
    with monkeypatch.context() as gone, watching(screen) as watcher:
        gone.setattr(module, "Changes", fake_gone_screen)
        watcher.capture.stop()
        watcher.capture.stop()
        watcher.capture.join(5)
        before = len(watcher.frames)
        watcher.capture.start()
        time.sleep(0.2)
        assert len(watcher.frames) == before
        gone.undo()
        watcher.until(before + 1)


def test_it_survives_a_server_that_dies() -> None:
    """In the middle of a capture; stopping it is quick all the same."""
    with x_screen() as name:
        watcher = Watcher(name)
        watcher.capture.start()
        watcher.rest()
        watcher.capture.stop()
    began = time.monotonic()
    watcher.capture.join(5)
    assert time.monotonic() - began < 1
