"""The mouse pointer of the X screen: what it looks like, and where it is.

XFixes tells of each new shape. Where the pointer is, is asked for only while somebody may be moving it, so
that a screen at rest costs nothing. Both are handed on; nothing is drawn.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from av import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from Xlib.ext import xfixes

from vb.desktop.listener import Listener, is_a

MAX_SIDE_PX = 128
"""A larger shape is thinned out to fit; browsers take no larger one from a page either."""
LOOKS_PER_S = 30.0
STIRRED_S = 0.25
"""How long after the last input the pointer may still be on its way."""
KEPT_SHAPES = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """A pointer: ``png`` (RGBA, not premultiplied; empty when nothing of it can be seen), size and hot spot.

    Sizes and places in screen pixels.
    """

    png: bytes
    width: int
    height: int
    hot_x: int
    hot_y: int


def shape_of(argb: Sequence[int], width: int, height: int, hot_x: int, hot_y: int) -> Shape:
    """A shape from XFixes' picture: ``width * height`` pixels 0xAARRGGBB, premultiplied, row by row."""
    if not any(pixel >> 24 for pixel in argb):
        return Shape(b"", width, height, hot_x, hot_y)
    step = -(-max(width, height) // MAX_SIDE_PX)
    if step > 1:
        argb = [argb[y * width + x] for y in range(0, height, step) for x in range(0, width, step)]
        width, height = -(-width // step), -(-height // step)
        hot_x, hot_y = hot_x // step, hot_y // step
    return Shape(_png(_straight(argb), width, height), width, height, hot_x, hot_y)


def _straight(argb: Sequence[int]) -> bytes:
    """RGBA bytes without the premultiplication."""
    rgba = bytearray()
    for pixel in argb:
        alpha = pixel >> 24 & 255
        for shift in (16, 8, 0):
            rgba.append(min(255, (pixel >> shift & 255) * 255 // alpha) if alpha else 0)
        rgba.append(alpha)
    return bytes(rgba)


def _png(rgba: bytes, width: int, height: int) -> bytes:
    frame = VideoFrame(width, height, "rgba")
    plane, row = frame.planes[0], width * 4
    gap = bytes(plane.line_size - row)
    plane.update(b"".join(rgba[at : at + row] + gap for at in range(0, len(rgba), row)))
    encoder: VideoCodecContext = CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "rgba"
    encoder.time_base = Fraction(1, 1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


class Eyes:
    """Look at the pointer on one X connection."""

    def __init__(
        self, connection: Any, on_shape: Callable[[Shape], None], on_place: Callable[[int, int], None]
    ) -> None:
        self._connection = connection
        self._on_shape = on_shape
        self._on_place = on_place
        self._root = connection.screen().root
        self._shapes: OrderedDict[int, Shape] = OrderedDict()
        self._shown: Shape | None = None
        self._place = (-1, -1)
        self._stirred_at = self._looked_at = float("-inf")
        connection.xfixes_query_version()
        connection.xfixes_select_cursor_input(self._root, xfixes.XFixesDisplayCursorNotifyMask)
        self._look_at_shape(0)
        self._look_for_place()

    def event(self, event: Any) -> None:
        """The pointer has another shape."""
        if is_a(self._connection, event, "DisplayCursorNotify"):
            self._look_at_shape(event.cursor_serial)

    def asked(self, what: None) -> None:
        """Somebody may be moving it."""
        self._stirred_at = time.monotonic()

    def due(self) -> float | None:
        """Look where it is, if somebody may have moved it."""
        now = time.monotonic()
        if now - self._stirred_at > STIRRED_S and self._looked_at > self._stirred_at:
            return None
        wait_s = self._looked_at + 1 / LOOKS_PER_S - now
        if wait_s > 0:
            return wait_s
        self._looked_at = now
        self._look_for_place()
        return 1 / LOOKS_PER_S

    def _look_for_place(self) -> None:
        pointer = self._root.query_pointer()
        place = (pointer.root_x, pointer.root_y)
        if place != self._place:
            self._place = place
            self._on_place(*place)

    def _look_at_shape(self, serial: int) -> None:
        shape = self._shapes.get(serial)
        if shape is None:
            image = self._connection.xfixes_get_cursor_image(self._root)
            shape = shape_of(image.cursor_image, image.width, image.height, image.xhot, image.yhot)
            self._shapes[image.cursor_serial] = shape
            if len(self._shapes) > KEPT_SHAPES:
                self._shapes.popitem(last=False)
        if shape != self._shown:
            self._shown = shape
            self._on_shape(shape)


class CursorWatch:
    """Calls ``on_shape(shape)`` and ``on_place(x, y)``, screen pixels, at first and for each change.

    From a thread of its own.
    """

    def __init__(
        self, display_name: str, on_shape: Callable[[Shape], None], on_place: Callable[[int, int], None]
    ) -> None:
        self._listener: Listener[None] = Listener(
            display_name, "cursor", lambda connection: Eyes(connection, on_shape, on_place)
        )

    def start(self) -> None:
        """Begin. The X server may come later, and may be restarted."""
        self._listener.start()

    def stirred(self) -> None:
        """Input was let in that may move the pointer."""
        self._listener.ask(None)

    def stop(self) -> None:
        """End the thread. Does not wait. Idempotent."""
        self._listener.stop()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end. Blocks."""
        self._listener.join(timeout_s)
