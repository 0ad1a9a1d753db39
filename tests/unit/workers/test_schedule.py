"""workers.schedule"""

from workers.schedule import schedule


def test_sweeps_are_frequent_enough_for_people() -> None:
    """A deadline is noticed within seconds, a dead container within ten."""
    entries = schedule()
    assert entries["cull"]["schedule"] <= 5
    assert entries["round"]["schedule"] <= 10
