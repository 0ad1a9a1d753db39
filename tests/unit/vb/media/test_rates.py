"""Rates over a window."""

import pytest

from vb.media.rates import Rate


def test_only_the_window_counts() -> None:
    """What is older is forgotten; a mean over the whole window, also when little was heard."""
    rate = Rate(2.0)
    for number in range(40):
        rate.add(number / 10, 5)
    assert rate.total(3.9) == 100
    assert rate.per_s(3.9) == 50
    assert rate.total(10.0) == 0


def test_it_stays_small() -> None:
    """However often something passes."""
    rate = Rate(1.0)
    for number in range(10_000):
        rate.add(number / 1000, 1)
    assert len(rate._slots) <= 11
    assert rate.per_s(9.999) == pytest.approx(1000, rel=0.11)
