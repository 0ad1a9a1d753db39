"""bench.sync: which beep belongs to which flash."""

from bench.sync import pairs


def test_a_beep_goes_with_the_flash_nearest_to_it() -> None:
    """Before or after; one without a flash near it is left out."""
    assert pairs([1000.0, 2000.0], [1020.0, 1990.0, 5000.0]) == [20.0, -10.0]
    assert pairs([], [1.0]) == []
