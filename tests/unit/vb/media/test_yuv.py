"""From the screen's pixels to I420: libyuv and swscale must agree, at every size."""

from collections.abc import Callable
from typing import Any

import pytest
from av.video.frame import VideoFrame

from vb.media import yuv
from vb.media.yuv import SwscaleConverter, YuvConverter, make_converter

RED, WHITE, BLACK = bytes((0, 0, 255, 0)), bytes((255, 255, 255, 0)), bytes(4)
# BT.601, limited range: ITU-R BT.601-7, section 2.5.3
RED_YUV, WHITE_YUV, BLACK_YUV = (82, 90, 240), (235, 128, 128), (16, 128, 128)


def screen(width: int, height: int, pixel: bytes) -> VideoFrame:
    frame = VideoFrame(width, height, "bgr0")
    frame.planes[0].update(pixel * (frame.planes[0].line_size // 4 * height))
    return frame


def centre(frame: VideoFrame) -> tuple[int, int, int]:
    found = []
    for plane in frame.planes:
        found.append(bytes(plane)[plane.height // 2 * plane.line_size + plane.width // 2])
    return found[0], found[1], found[2]


@pytest.mark.parametrize("load", [yuv._libyuv, lambda: None], ids=["libyuv", "swscale"])
@pytest.mark.parametrize("size", [(64, 48), (32, 24), (128, 96)], ids=["same", "smaller", "larger"])
@pytest.mark.parametrize(("pixel", "expected"), [(RED, RED_YUV), (WHITE, WHITE_YUV), (BLACK, BLACK_YUV)])
def test_colours_keep_their_values(
    load: Callable[[], Any], size: tuple[int, int], pixel: bytes, expected: tuple[int, int, int]
) -> None:
    """Within a step of the standard's, in any size."""
    converter = make_converter(*size, load)
    picture = converter.convert(screen(64, 48, pixel))
    assert (picture.format.name, picture.width, picture.height) == ("yuv420p", *size)
    assert all(abs(have - want) <= 1 for have, want in zip(centre(picture), expected, strict=True))


def test_the_screen_may_change_its_size() -> None:
    """The picture keeps the converter's."""
    converter = make_converter(64, 48)
    for size in ((64, 48), (128, 96), (48, 64), (64, 48)):
        picture = converter.convert(screen(*size, WHITE))
        assert (picture.width, picture.height, centre(picture)) == (64, 48, WHITE_YUV)


def test_other_formats_are_taken_too() -> None:
    """What libyuv is not asked for goes through swscale."""
    frame = VideoFrame(64, 48, "rgb24")
    frame.planes[0].update(bytes(frame.planes[0].buffer_size))
    assert centre(make_converter(64, 48).convert(frame)) == BLACK_YUV


def test_without_libyuv_it_still_works(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """Slower, and said in the log."""
    monkeypatch.setattr(yuv, "LIBRARY", "libnone.so.0")
    yuv._libyuv.cache_clear()
    assert isinstance(make_converter(64, 48), SwscaleConverter)
    assert "swscale" in caplog.text
    monkeypatch.undo()
    yuv._libyuv.cache_clear()
    assert isinstance(make_converter(64, 48), YuvConverter), "libyuv0 belongs to what the tests need"
