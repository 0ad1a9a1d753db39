"""vb.bucket"""

from hypothesis import given
from hypothesis import strategies as st

from vb.bucket import Bucket


def test_burst_then_rate() -> None:
    """Full at first; refilled with time, never above the burst."""
    bucket = Bucket(per_s=2.0, burst=3.0)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(100.5)
    assert not bucket.take(100.6)
    assert [bucket.take(1000.0) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 10), max_size=200))
def test_never_more_than_burst_and_rate_allow(steps: list[float]) -> None:
    """However the asking is spread over time."""
    bucket = Bucket(per_s=5.0, burst=10.0)
    now, taken = 0.0, 0
    for step in steps:
        now += step
        taken += bucket.take(now)
    assert taken <= 10 + 5 * now + 1e-6
