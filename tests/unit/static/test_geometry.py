"""A point of the page becomes the right pixel of the shared screen."""

import pytest

from tests.unit.static.conftest import Js

WIDE = {"width": 1280, "height": 720}
CALL = "m.toScreen(a.point, a.box, a.picture, a.screen)"


def at(js: Js, x: float, y: float, box: tuple[float, float, float, float]) -> tuple[int, int, bool]:
    """Where (x, y) of the page lies, for an element at ``box`` (left, top, width, height)."""
    left, top, width, height = box
    shape = {"left": left, "top": top, "width": width, "height": height}
    found = js(CALL, {"point": {"x": x, "y": y}, "box": shape, "picture": WIDE, "screen": WIDE})
    return found["x"], found["y"], found["inside"]


@pytest.mark.parametrize(
    ("point", "box", "expected"),
    [
        ((0, 0), (0, 0, 1280, 720), (0, 0, True)),
        ((1279.9, 719.9), (0, 0, 1280, 720), (1279, 719, True)),
        ((320, 180), (0, 0, 640, 360), (640, 360, True)),
        ((110, 70), (100, 50, 640, 360), (20, 40, True)),
        ((960, 540), (0, 0, 1920, 1080), (640, 360, True)),
        ((500.5, 281.53125), (0, 0, 1001, 563.0625), (640, 360, True)),
    ],
)
def test_same_shape(
    js: Js,
    point: tuple[float, float],
    box: tuple[float, float, float, float],
    expected: tuple[int, int, bool],
) -> None:
    """At every place and zoom, without bars."""
    assert at(js, *point, box) == expected


def test_bars_above_and_below(js: Js) -> None:
    """In a tall element the picture lies in the middle; the bars belong to its nearest edge."""
    box = (0, 0, 640, 1000)  # picture: 640x360 at y 320
    assert at(js, 320, 500, box) == (640, 360, True)
    assert at(js, 320, 319, box) == (640, 0, False)
    assert at(js, 320, 680, box) == (640, 719, False)


def test_bars_beside(js: Js) -> None:
    """In a wide element, too."""
    box = (0, 0, 1000, 360)  # picture: 640x360 at x 180
    assert at(js, 180, 0, box) == (0, 0, True)
    assert at(js, 179, 180, box) == (0, 360, False)
    assert at(js, 900, 180, box) == (1279, 360, False)


def test_smaller_video(js: Js) -> None:
    """A video that was sent in a smaller size still means pixels of the screen."""
    half = {"width": 640, "height": 360}
    box = {"left": 0, "top": 0, "width": 640, "height": 360}
    found = js(CALL, {"point": {"x": 100, "y": 50}, "box": box, "picture": half, "screen": WIDE})
    assert found == {"x": 200, "y": 100, "inside": True}
