"""The shapes of tiers."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.media.tiers import PICTURES, Shape, Thinning, ladder


def test_a_usual_screen() -> None:
    """720p: 480p and 360p below it."""
    best, medium, low = ladder(1280, 720, 60)
    assert (best.width, best.height, best.fps) == (1280, 720, 60)
    assert medium == Shape("medium", 854, 480, 30, 1_200_000)
    assert low == Shape("low", 640, 360, 25, 380_000)


@given(st.integers(64, 3840), st.integers(64, 3840), st.integers(1, 60))
def test_every_screen_has_three_tiers_each_cheaper_than_the_last(width: int, height: int, fps: int) -> None:
    """Even sizes that libav takes, the same proportions, no more pictures than the screen has."""
    shapes = ladder(width, height, fps)
    assert tuple(shape.name for shape in shapes) == PICTURES
    for above, below in itertools.pairwise(shapes):
        assert below.bitrate_bps <= above.bitrate_bps / 2
        assert below.width < above.width
        assert below.fps <= fps
    for shape in shapes[1:]:
        assert shape.width % 2 == shape.height % 2 == 0
        assert abs(shape.width / width - shape.height / height) <= 2 / min(width, height)


@pytest.mark.parametrize(("source", "fps", "least", "most"), [(30, 25, 24, 26), (60, 30, 30, 31), (30, 30, 30, 30), (10, 25, 10, 10)])  # fmt: skip
def test_thinning_keeps_that_many_a_second(source: int, fps: int, least: int, most: int) -> None:
    """Evenly; after a pause the next one at once."""
    thinning = Thinning(fps)
    assert least <= sum(thinning.keep(number / source) for number in range(source)) <= most
    assert thinning.keep(100.0)
    assert not thinning.keep(100.001)
