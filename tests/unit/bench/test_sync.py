"""bench.sync: which beep belongs to which flash."""

from bench.sync import kept_back_ms, pairs


def test_a_beep_goes_with_the_flash_nearest_to_it() -> None:
    """Before or after; one without a flash near it is left out."""
    assert pairs([1000.0, 2000.0], [1020.0, 1990.0, 5000.0]) == [20.0, -10.0]
    assert pairs([], [1.0]) == []


def test_the_viewers_buffer_is_what_a_sample_waits_on_average() -> None:
    """Totals of inbound-rtp: seconds waited, samples given out."""
    before = {"jitterBufferDelay": 100.0, "jitterBufferEmittedCount": 48_000}
    after = {"jitterBufferDelay": 2020.0, "jitterBufferEmittedCount": 96_000}
    assert kept_back_ms(before, after) == 40.0
    assert kept_back_ms(before, before) == 0.0
