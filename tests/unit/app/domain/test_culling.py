"""app.domain.culling"""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.browser import TERMINAL, BrowserState, Reason
from app.domain.culling import BrowserClock, verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)


def clock(state: BrowserState, **deadlines: datetime) -> BrowserClock:
    names = ("start_deadline", "end_deadline", "idle_deadline", "stop_deadline")
    return BrowserClock(state, *(deadlines.get(name) for name in names))


@pytest.mark.parametrize("state", [BrowserState.REQUESTED, BrowserState.CREATING, BrowserState.STARTING])
def test_pending_ends_by_its_start_deadline(state: BrowserState) -> None:
    """Exactly at the deadline, not before, and no other deadline counts."""
    assert verdict(clock(state, start_deadline=NOW), NOW) is Reason.START_TIMEOUT
    assert verdict(clock(state, start_deadline=FUTURE, idle_deadline=PAST), NOW) is None
    assert verdict(clock(state), NOW) is None


def test_ready_ends_by_idle_or_by_age() -> None:
    """Age is named when both have passed."""
    ready = BrowserState.READY
    assert verdict(clock(ready, idle_deadline=PAST, end_deadline=FUTURE), NOW) is Reason.IDLE
    assert verdict(clock(ready, idle_deadline=PAST, end_deadline=PAST), NOW) is Reason.MAX_SESSION
    assert verdict(clock(ready, end_deadline=FUTURE), NOW) is None


def test_stopping_is_finished_off() -> None:
    """Only its stop deadline counts."""
    stopping = BrowserState.STOPPING
    assert verdict(clock(stopping, stop_deadline=PAST), NOW) is Reason.STOPPED_BY
    assert verdict(clock(stopping, stop_deadline=FUTURE, end_deadline=PAST), NOW) is None


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_what_is_over_is_left_alone(state: BrowserState) -> None:
    """A terminal browser has no verdict whatever its columns say."""
    past = dict.fromkeys(("start_deadline", "end_deadline", "idle_deadline", "stop_deadline"), PAST)
    assert verdict(clock(state, **past), NOW) is None
