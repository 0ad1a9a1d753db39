"""Whether a browser has to end, by time: a pure decision over a snapshot."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.browser import PENDING, TERMINAL, BrowserState, Reason


@dataclass(frozen=True, slots=True)
class BrowserClock:
    """The deadlines of one browser, all UTC; None means that this one does not run."""

    state: BrowserState
    start_deadline: datetime | None
    end_deadline: datetime | None
    idle_deadline: datetime | None
    stop_deadline: datetime | None


def verdict(clock: BrowserClock, now: datetime) -> Reason | None:
    """Why the browser must be ended now, or None if it may go on.

    A browser that is still starting ends by its start deadline alone; a stopping one is finished
    off at its stop deadline with the reason it already has (``STOPPED_BY`` stands for it here).
    """
    if clock.state in TERMINAL:
        return None
    if clock.state in PENDING:
        return Reason.START_TIMEOUT if _due(clock.start_deadline, now) else None
    if clock.state is BrowserState.STOPPING:
        return Reason.STOPPED_BY if _due(clock.stop_deadline, now) else None
    if _due(clock.end_deadline, now):
        return Reason.MAX_SESSION
    return Reason.IDLE if _due(clock.idle_deadline, now) else None


def _due(deadline: datetime | None, now: datetime) -> bool:
    return deadline is not None and deadline <= now
