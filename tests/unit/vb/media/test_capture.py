"""When a picture is worth handing on, with a pretended screen. The real one is in the integration tests."""

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from Xlib import X, error

from vb.media import capture
from vb.media.capture import Changes, ScreenCapture


class PretendedScreen:
    """Pictures are numbers; ``changed`` and ``wanted`` hold the ticks at which that is so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ticks: int) -> None:
        self.changed: set[int] = set()
        self.wanted: set[int] = set()
        self.seen: list[int] = []
        self.opened = 0
        self.size = (320, 240)
        self.failures = 0
        self.now = -1
        self.over = threading.Event()
        self._ticks = ticks
        monkeypatch.setattr(capture, "Changes", lambda display_name: self)
        monkeypatch.setattr(ScreenCapture, "_open", lambda capture: self.open())
        monkeypatch.setattr(capture, "_RETRY_S", 0.01)
        monkeypatch.setattr("vb.media.capture.time.monotonic", lambda: self.now / 30)
        self.capture = ScreenCapture(":0", 320, 240, 30, self.take, lambda: self.now in self.wanted)

    def take(self, frame: Any, at: float) -> None:
        self.seen.append(frame)

    def open(self) -> Any:
        self.opened += 1
        if self.failures:
            self.failures -= 1
            raise error.DisplayConnectionError(":0", "gone")
        return self

    def __enter__(self) -> "PretendedScreen":
        return self

    def __exit__(self, *args: object) -> None: ...

    def decode(self, video: int) -> Iterator[int]:
        for tick in range(self._ticks):
            self.now = tick
            yield tick
        self.over.set()
        while True:
            time.sleep(0.01)
            yield -1

    def any(self) -> bool:
        return self.now in self.changed

    def close(self) -> None: ...

    def run(self) -> list[int]:
        self.capture.start()
        assert self.over.wait(5)
        self.capture.stop()
        self.capture.join(5)
        return [number for number in self.seen if number >= 0]


def test_a_still_screen_is_handed_on_only_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few pictures at the start, two later on, then none."""
    assert PretendedScreen(monkeypatch, 120).run() == [0, 1, 2, 14, 44]


def test_a_change_is_followed_by_a_few_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first may have missed part of it."""
    screen = PretendedScreen(monkeypatch, 120)
    screen.changed = {60}
    assert screen.run()[5:] == [60, 61, 62, 63, 75, 105]


def test_a_keyframe_is_made_from_a_still_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer need not wait for something to move."""
    screen = PretendedScreen(monkeypatch, 40)
    screen.wanted = {25}
    assert 25 in screen.run()


def test_it_waits_for_a_screen_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens again until it works."""
    screen = PretendedScreen(monkeypatch, 3)
    screen.failures = 3
    assert screen.run() == [0, 1, 2]
    assert screen.opened == 4


def test_stop_is_quick_even_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """And may be called twice; it can start again."""
    screen = PretendedScreen(monkeypatch, 3)
    screen.failures = 10**6
    screen.capture.start()
    screen.capture.stop()
    screen.capture.stop()
    screen.capture.join(2)
    assert not [thread for thread in threading.enumerate() if thread.name == "capture"]
    screen.failures = 0
    assert screen.run() == [0, 1, 2]


class PretendedX:
    """Just enough of a display: damage events wait until they are read, the pointer is where it is put."""

    def __init__(self) -> None:
        self.pointer = (5, 5)
        self.events = 0
        self.kind = 91
        self.subtracted = 0
        root = SimpleNamespace(
            damage_create=lambda level: 77,
            query_pointer=lambda: SimpleNamespace(root_x=self.pointer[0], root_y=self.pointer[1]),
            change_attributes=lambda event_mask: None,
            get_geometry=lambda: SimpleNamespace(width=1280, height=720),
        )
        self.screen: Callable[[], Any] = lambda: SimpleNamespace(root=root)

    def damage_query_version(self) -> None: ...
    def xfixes_query_version(self) -> None: ...
    def xfixes_select_cursor_input(self, window: Any, mask: int) -> None: ...
    def flush(self) -> None: ...

    def pending_events(self) -> int:
        return self.events

    def next_event(self) -> Any:
        self.events -= 1
        return SimpleNamespace(type=self.kind, width=720, height=1280)

    def damage_subtract(self, damage: int) -> None:
        assert damage == 77
        self.subtracted += 1

    def close(self) -> None:
        raise error.ConnectionClosedError("server")


def test_changes_are_drawing_and_the_pointer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told once; DAMAGE is told to watch again only then; closing a dead connection is fine."""
    x = PretendedX()
    monkeypatch.setattr("vb.media.capture.display.Display", lambda name: x)
    changes = Changes(":0")
    assert changes.any(), "the first look finds the pointer somewhere new"
    assert not changes.any()
    x.events = 3
    assert [changes.any(), changes.any()] == [True, False]
    x.pointer = (6, 5)
    assert [changes.any(), changes.any()] == [True, False]
    assert x.subtracted == 3
    assert changes.size == (1280, 720)
    x.events, x.kind = 1, X.ConfigureNotify
    assert changes.any()
    assert changes.size == (720, 1280)
    changes.close()


def test_another_size_of_the_screen_begins_a_new_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the very tick at which it is learned; the pictures after it have that size."""
    screen = PretendedScreen(monkeypatch, 60)
    shown: list[tuple[int, int]] = []

    def open_and_note(capture: ScreenCapture) -> PretendedScreen:
        shown.append(capture._size)
        return screen

    monkeypatch.setattr(ScreenCapture, "_open", open_and_note)
    changed = screen.any

    def any_then_grow() -> bool:
        if screen.now == 20:
            screen.size = (720, 1280)
        return changed()

    monkeypatch.setattr(screen, "any", any_then_grow)
    screen.run()
    assert shown == [(320, 240), (720, 1280)]
