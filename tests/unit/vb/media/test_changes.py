"""DAMAGE on a real X server: what is drawn is told once, nothing is told while nothing is drawn."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import display
from Xlib.error import ConnectionClosedError

from tests.support.x_screen import x_screen
from vb.desktop.screen import fit
from vb.media.changes import Changes


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with x_screen() as name:
        yield name


@pytest.fixture
def painter(screen: str) -> Iterator[Any]:
    """Another client's connection."""
    connection = display.Display(screen)
    yield connection
    connection.close()


@pytest.fixture
def changes(screen: str) -> Iterator[Changes]:
    watch = Changes(screen)
    watch.take()
    yield watch
    watch.close()


def paint(painter: Any, x: int = 10) -> None:
    root = painter.screen().root
    colour = root.create_gc(foreground=0xFF0000 + x)
    root.fill_rectangle(colour, x, 10, 20, 20)
    colour.free()
    painter.sync()


def test_a_still_screen_tells_nothing(changes: Changes) -> None:
    """It waits out its time."""
    began = time.monotonic()
    assert not changes.wait(0.1)
    assert 0.09 < time.monotonic() - began < 1


def test_drawing_is_told_at_once_and_until_it_is_taken(changes: Changes, painter: Any) -> None:
    """And what is drawn after that is told anew, also by the same client in the same place."""
    for x in (10, 10, 30):
        soon = threading.Timer(0.05, paint, (painter, x))
        soon.start()
        began = time.monotonic()
        assert changes.wait(5)
        assert time.monotonic() - began < 2
        soon.join()
        assert changes.wait(0), "not taken yet"
        changes.take()
        assert not changes.wait(0)


def test_the_pointer_counts_only_if_asked_for(screen: str, changes: Changes, painter: Any) -> None:
    """Its motion alone is no change of what is drawn."""
    with_pointer = Changes(screen, pointer=True)
    assert with_pointer.wait(0), "the first look finds it somewhere new"
    with_pointer.take()
    changes.take()
    painter.screen().root.warp_pointer(33, 44)
    painter.sync()
    assert with_pointer.wait(0.1)
    assert not changes.wait(0.05)
    with_pointer.close()


def test_another_size_is_learned(changes: Changes, painter: Any) -> None:
    """As soon as the screen has it."""
    assert changes.size == (640, 480)
    for wanted in ((320, 240), (640, 480)):
        assert fit(painter, *wanted)
        deadline = time.monotonic() + 5
        while changes.size != wanted and time.monotonic() < deadline:
            changes.wait(0.1)
            changes.take()
        assert changes.size == wanted


def test_a_poke_ends_the_wait(changes: Changes) -> None:
    """From another thread, and as often as one likes; it is no change."""
    soon = threading.Timer(0.05, changes.poke)
    soon.start()
    began = time.monotonic()
    assert not changes.wait(5)
    assert time.monotonic() - began < 2
    soon.join()
    for _ in range(100_000):
        changes.poke()
    assert not changes.wait(0)


def test_a_server_that_dies_is_noticed_and_closing_is_harmless() -> None:
    """In the middle of a wait; a poke that comes too late does nothing."""
    with x_screen() as name:
        changes = Changes(name)
        changes.take()
    with pytest.raises(ConnectionClosedError):
        changes.wait(5)
    changes.close()
    changes.poke()
