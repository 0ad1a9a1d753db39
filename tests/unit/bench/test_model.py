"""bench.model: percentiles and goals."""

from bench.model import Better, Goal, figure, percentile


def test_percentile_is_a_measured_value() -> None:
    """Nearest rank: the 95th of ten is the slowest, the middle of ten the fifth."""
    values = [5.0, 1.0, 4.0, 2.0, 3.0, 10.0, 6.0, 9.0, 7.0, 8.0]
    assert percentile(values, 0.5) == 5.0
    assert percentile(values, 0.95) == 10.0
    assert percentile([7.0], 0.5) == 7.0


def test_goals_go_one_way() -> None:
    """Times must be low, frame rates high; the goal itself is good enough."""
    assert Goal(3.0, Better.LOWER).met_by(3.0)
    assert not Goal(3.0, Better.LOWER).met_by(3.01)
    assert Goal(28, Better.HIGHER).met_by(28)
    assert not Goal(28, Better.HIGHER).met_by(27.9)


def test_figure_as_dict() -> None:
    """The form that `--json` writes."""
    found = figure("start", "p50", [2.0, 1.0, 3.0], 0.5, "s", Goal(1.5, Better.LOWER))
    assert found.as_dict() == {
        "bench": "start",
        "metric": "p50",
        "value": 2.0,
        "unit": "s",
        "goal": "≤ 1.5",
        "met": False,
        "runs": 3,
        "spread": [1.0, 3.0],
    }
