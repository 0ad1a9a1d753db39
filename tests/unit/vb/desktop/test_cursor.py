"""The pointer's shape and place, on a real X screen."""

import io
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av
import pytest
from av.container import InputContainer
from Xlib import X, display
from Xlib.ext import xtest

from tests.support.x_screen import x_screen
from vb.desktop.cursor import MAX_SIDE_PX, CursorWatch, Shape, shape_of

RED_HALF = 0x80800000  # half there, premultiplied


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with x_screen() as name:
        yield name


def pixels(shape: Shape) -> list[tuple[int, ...]]:
    """RGBA, as a reader of PNG sees it."""
    with av.open(io.BytesIO(shape.png), format="png_pipe") as file:
        assert isinstance(file, InputContainer)
        frame = next(file.decode(video=0))
    assert frame.format.name == "rgba"
    plane = frame.planes[0]
    data = bytes(plane)
    rows = [
        data[at : at + frame.width * 4] for at in range(0, plane.line_size * frame.height, plane.line_size)
    ]
    flat = b"".join(rows)
    return [tuple(flat[at : at + 4]) for at in range(0, len(flat), 4)]


def test_premultiplied_pixels_become_straight_ones() -> None:
    """Row by row, transparent ones black."""
    shape = shape_of([0xFFFFFFFF, RED_HALF, 0x00000000, 0xFF123456, 0xFF000000, 0x01010101], 3, 2, 1, 0)
    assert (shape.width, shape.height, shape.hot_x, shape.hot_y) == (3, 2, 1, 0)
    assert pixels(shape) == [
        (255, 255, 255, 255), (255, 0, 0, 128), (0, 0, 0, 0),
        (0x12, 0x34, 0x56, 255), (0, 0, 0, 255), (255, 255, 255, 1),
    ]  # fmt: skip


def test_a_transparent_pointer_is_hidden() -> None:
    """It has no picture at all."""
    assert shape_of([0] * 16, 4, 4, 2, 2) == Shape(b"", 4, 4, 2, 2)


def test_a_huge_pointer_is_thinned_out() -> None:
    """With its hot spot in the same place."""
    side = MAX_SIDE_PX * 3
    shape = shape_of([0xFF00FF00] * side * side, side, side, side - 1, 30)
    assert (shape.width, shape.height, shape.hot_x, shape.hot_y) == (128, 128, 127, 10)
    assert set(pixels(shape)) == {(0, 255, 0, 255)}


class Seen:
    """What a watch has told."""

    def __init__(self) -> None:
        self.shapes: queue.Queue[Shape] = queue.Queue()
        self.places: queue.Queue[tuple[int, int]] = queue.Queue()


@contextmanager
def watching(name: str) -> Iterator[tuple[CursorWatch, Seen]]:
    seen = Seen()
    watch = CursorWatch(name, seen.shapes.put, lambda x, y: seen.places.put((x, y)))
    watch.start()
    try:
        yield watch, seen
    finally:
        watch.stop()
        watch.join(5)


def set_cursor(connection: Any, glyph: int | None) -> None:
    """A shape of the cursor font for the whole screen; None: an empty one."""
    root = connection.screen().root
    if glyph is None:
        dot = root.create_pixmap(1, 1, 1)
        pen = dot.create_gc(foreground=0)
        dot.fill_rectangle(pen, 0, 0, 1, 1)
        cursor = dot.create_cursor(dot, (0, 0, 0), (0, 0, 0), 0, 0)
    else:
        font = connection.open_font("cursor")
        cursor = font.create_glyph_cursor(font, glyph, glyph + 1, (0, 0, 0), (65535, 65535, 65535))
    root.change_attributes(cursor=cursor)
    connection.sync()


def test_shapes_are_told_as_they_change(screen: str) -> None:
    """At first, at each change, hidden, and one seen before once more."""
    connection: Any = display.Display(screen)
    set_cursor(connection, 68)
    with watching(screen) as (_, seen):
        arrow = seen.shapes.get(timeout=5)
        assert {(0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 0)} == set(pixels(arrow))
        set_cursor(connection, 152)
        text = seen.shapes.get(timeout=5)
        assert text.png
        assert text != arrow
        set_cursor(connection, None)
        assert seen.shapes.get(timeout=5).png == b""
        set_cursor(connection, 152)
        assert seen.shapes.get(timeout=5) == text
        assert seen.shapes.empty()
    connection.close()


def test_places_are_told_while_it_may_move(screen: str) -> None:
    """After input, also when it is carried out a moment later; not more often than pages can use."""
    connection: Any = display.Display(screen)
    with watching(screen) as (watch, seen):
        seen.places.get(timeout=5)
        watch.stirred()
        for step in range(100):
            xtest.fake_input(connection, X.MotionNotify, x=100 + step, y=50)
            connection.sync()
            watch.stirred()
            if step == 50:
                assert seen.places.get(timeout=5)[1] == 50
        told: list[tuple[int, int]] = []
        while not told or told[-1] != (199, 50):
            told.append(seen.places.get(timeout=5))
        assert len(told) < 20
    connection.close()
