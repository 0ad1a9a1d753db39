"""Times and counts as people read them."""

import pytest

from tests.unit.static.conftest import Js

NOON = 1_767_265_200_000  # 2026-01-01 12:00 in Berlin, where the test browser lives
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("ms", "text"), [(-5, "00:00"), (42_999, "00:42"), (725_000, "12:05"), (3_723_000, "1:02:03")]
)
def test_clock(js: Js, ms: int, text: str) -> None:
    """Hours only when there are some."""
    assert js("m.clock(a)", ms) == text


def test_time_of_day(js: Js) -> None:
    """Today the time alone, else with the day, in the reader's zone."""
    assert js("m.timeOfDay(a, a + 60000)", NOON) == "12:00"
    assert js("m.timeOfDay(a[0], a[1])", [NOON - 24 * HOUR, NOON]) == "31 Dec, 12:00"


def test_plural(js: Js) -> None:
    """One person, two people."""
    assert js("[1, 2].map((n) => m.plural(n, 'person', 'people'))") == ["1 person", "2 people"]
