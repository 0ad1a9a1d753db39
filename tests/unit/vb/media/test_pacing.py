"""How a frame's packets are spread."""

from hypothesis import given
from hypothesis import strategies as st

from vb.media.pacing import LEAST_BURST_BYTES, NARROW_SPREAD_S, SPREAD_S, STEP_S, Pace

BEST = Pace(4_100_000, 30)


def test_a_usual_frame_goes_at_once() -> None:
    """And so does one that is half as big again."""
    assert BEST.counts([1200] * 14) == [14]
    assert BEST.counts([1200] * 20) == [20]
    assert BEST.counts([]) == [0]


def test_a_keyframe_is_spread() -> None:
    """The first part at once, the rest evenly, never longer than a frame's time."""
    counts = BEST.counts([1200] * 120)
    assert sum(counts) == 120
    assert counts[0] * 1200 <= BEST.burst_bytes
    assert len(counts) == 1 + round(SPREAD_S / STEP_S)
    assert max(counts[1:]) - min(counts[1:]) <= 1


def test_a_wider_path_gets_it_sooner() -> None:
    """The estimate counts where it is higher than the tier's own rate."""
    sizes = [1200] * 40
    assert len(Pace(1_000_000, 30, 50_000_000).counts(sizes)) < len(Pace(1_000_000, 30).counts(sizes))
    assert Pace(1_000_000, 30, 1).counts(sizes) == Pace(1_000_000, 30).counts(sizes)


def test_on_a_path_found_too_narrow_a_keyframe_goes_as_slowly_as_that_carries_it() -> None:
    """Here 15 kB at 600 kbit/s; a usual frame still goes at once."""
    narrow = Pace(300_000, 25, 400_000, 600_000)
    assert narrow.counts([1000, 500]) == [2]
    counts = narrow.counts([1200] * 13)
    assert counts[0] <= 2
    assert max(counts[1:]) <= 2
    assert (15_600 - 3_000) * 8 / 600_000 * 0.9 < (len(counts) - 1) * narrow.step_s < 0.25
    assert (len(narrow.counts([1200] * 100)) - 1) * narrow.step_s <= NARROW_SPREAD_S + 1e-9


@given(
    st.lists(st.integers(1, 1300), max_size=300),
    st.integers(10_000, 20_000_000),
    st.integers(1, 60),
    st.none() | st.integers(0, 100_000_000),
)
def test_nothing_is_left_out_or_late(
    sizes: list[int], bitrate_bps: int, fps: int, estimate_bps: int | None
) -> None:
    """Whatever the frame and the path."""
    pace = Pace(bitrate_bps, fps, estimate_bps)
    counts = pace.counts(sizes)
    assert sum(counts) == len(sizes)
    assert (len(counts) - 1) * STEP_S <= SPREAD_S + 1e-9
    assert sum(sizes[: counts[0]]) <= max(pace.burst_bytes, LEAST_BURST_BYTES)
