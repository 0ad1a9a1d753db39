"""From the screen's pixels to what encoders take, at the encoder's size: libyuv, or libav's swscale.

libyuv converts 1280x720 in 0.12 ms where swscale takes 1.5 ms, so it is used wherever it is installed
(Debian: libyuv0). Both give I420 in BT.601, limited range.
"""

import ctypes
import logging
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

LIBRARY = "libyuv.so.0"
_BOX = 3  # libyuv/scale.h: kFilterBox, the mean of what a smaller pixel covers
_log = logging.getLogger("vb.media")


class Converter(Protocol):
    """Makes I420 pictures of one size. Not thread-safe; the picture is valid until the next call."""

    def convert(self, frame: VideoFrame) -> VideoFrame:
        """``frame`` of any size and format as ``yuv420p`` in the converter's size."""
        ...


class SwscaleConverter:
    """By libav: always there, for every format."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._reformatter = VideoReformatter()

    def convert(self, frame: VideoFrame) -> VideoFrame:
        """As in ``Converter``."""
        return self._reformatter.reformat(
            frame, *self._size, "yuv420p",
            dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG, threads=1,
        )  # fmt: skip


class YuvConverter:
    """By libyuv, for what a screen gives (``bgr0``); anything else goes through swscale."""

    def __init__(self, library: Any, width: int, height: int) -> None:
        self._library = library
        self._picture = VideoFrame(width, height, "yuv420p")
        self._planes = _planes(self._picture)
        self._whole, self._whole_planes = self._picture, self._planes
        self._other = SwscaleConverter(width, height)

    def convert(self, frame: VideoFrame) -> VideoFrame:
        """As in ``Converter``."""
        if frame.format.name not in ("bgr0", "bgra"):
            return self._other.convert(frame)
        picture = self._picture
        if (frame.width, frame.height) == (picture.width, picture.height):
            self._to_i420(frame, self._planes)
            return picture
        if (self._whole.width, self._whole.height) != (frame.width, frame.height):
            self._whole = VideoFrame(frame.width, frame.height, "yuv420p")
            self._whole_planes = _planes(self._whole)
        self._to_i420(frame, self._whole_planes)
        self._library.I420Scale(
            *self._whole_planes, frame.width, frame.height,
            *self._planes, picture.width, picture.height, _BOX,
        )  # fmt: skip
        return picture

    def _to_i420(self, frame: VideoFrame, planes: list[Any]) -> None:
        # libyuv names formats by their word in memory: its ARGB is the bytes B, G, R, and one unused.
        self._library.ARGBToI420(*_planes(frame), *planes, frame.width, frame.height)


def _planes(frame: VideoFrame) -> list[Any]:
    """Address and bytes per line of each plane, as libyuv's functions take them."""
    found: list[Any] = []
    for plane in frame.planes:
        found += [ctypes.c_void_p(plane.buffer_ptr), plane.line_size]
    return found


@cache
def _libyuv() -> Any:
    try:
        return ctypes.CDLL(LIBRARY)
    except OSError:
        _log.warning("%s is not installed: pictures are converted by swscale, which takes longer", LIBRARY)
        return None


def make_converter(width: int, height: int, load: Callable[[], Any] = _libyuv) -> Converter:
    """The fastest converter there is to pictures of this size; ``load`` gives libyuv or None."""
    library = load()
    return SwscaleConverter(width, height) if library is None else YuvConverter(library, width, height)
