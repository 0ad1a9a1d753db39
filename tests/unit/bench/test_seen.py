"""bench.seen: what a viewer saw."""

import math

from bench.seen import fps, longest_freeze_s, steady_after_s


def test_rates_and_freezes() -> None:
    """Of what was presented; nothing at all is no rate and an endless freeze."""
    moments = [0.0, 33.0, 66.0, 566.0, 600.0]
    assert fps(moments) == 4000 / 600
    assert longest_freeze_s(moments) == 0.5
    assert fps([1.0]) == 0
    assert math.isinf(longest_freeze_s([]))


def test_recovery_is_the_first_steady_run() -> None:
    """Pictures before a pause do not count."""
    moments = [100.0, 130.0, *(500.0 + 33 * number for number in range(12))]
    assert steady_after_s(moments, 100.0) == 0.4
    assert math.isinf(steady_after_s(moments[:8], 100.0))
