"""bench.soak: what is left over, and how fast memory grows."""

from collections import Counter

import pytest

from bench.soak import left_over, results, slope_per_s
from launcher.console import Console


def test_only_what_there_is_more_of_is_left_over() -> None:
    """By name where there are names; what has ended meanwhile makes up for nothing."""
    assert left_over({"sound": 1, "encode": 1}, {"sound": 3, "capture": 1}) == {"sound": 2, "capture": 1}
    assert left_over(7, 9).total() == 2
    assert left_over(9, 7) == Counter()


def test_memory_that_grows_evenly_has_that_slope() -> None:
    """A wave on it changes little; one sample has none."""
    assert slope_per_s([(0.0, 5.0), (10.0, 7.0), (20.0, 9.0)]) == pytest.approx(0.2)
    assert slope_per_s([(n, 50 + n % 2) for n in range(100)]) == pytest.approx(0, abs=0.001)
    assert slope_per_s([(3.0, 50.0)]) == 0


def test_a_count_becomes_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten minutes of slope, and each kind held to none; what was left over is named."""
    before = {"threads": {"a": 1}, "tasks": {"b": 2}, "sockets": 5, "files": 20}
    after = {"threads": {"a": 1}, "tasks": {"b": 2, "c": 1}, "sockets": 4, "files": 21}
    figures = {one.metric: one for one in results(Console(), before, after, [(0, 50.0), (600, 50.5)], 120)}
    assert figures["memory grows by"].value == pytest.approx(0.5)
    assert figures["memory grows by"].met
    assert figures["memory"].spread == (50.0, 50.5)
    left = {name: one.value for name, one in figures.items() if name.endswith("left over")}
    assert left == {
        "threads left over": 0, "tasks left over": 1, "sockets left over": 0, "files left over": 1,
    }  # fmt: skip
    assert "'c': 1" in capsys.readouterr().out
