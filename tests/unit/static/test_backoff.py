"""Waiting before the next try."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("attempt", "shortest", "longest"),
    [(0, 250, 500), (1, 500, 1000), (5, 5000, 10_000), (500, 5000, 10_000)],
)
def test_delay_doubles_up_to_a_limit(js: Js, attempt: int, shortest: int, longest: int) -> None:
    """Half of each wait is random, and none is longer than ten seconds."""
    assert js("[m.delayMs(a, () => 0), m.delayMs(a, () => 1)]", attempt) == [shortest, longest]
