"""Which tier a viewer's path carries. Pure: a state and what was heard go in, the next state comes out.

Down at once, when much is lost or the path's queue grows: to the best tier that what arrived has room for,
after a moment in which the queue runs empty, or the new tier's keyframe would be lost in it.
Up with care: after a calm while the sender adds packets that say nothing new (a probe), more and more of
them; when those do no harm either, the viewer moves up. Each probe that fails makes the next one wait longer.
Loss without a queue (a bad radio link) keeps a viewer where it is: repeated packets mend that, a smaller
picture would not. What few packets tell of loss may be chance, and is taken for less (``sure_loss``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

SETTLE_S = 1.2
"""What is heard so soon after a move still tells of the tier before it."""
PROBE_S = 1.2
PROBE_SHARE = 1.1
_PROBE_STEPS = 4
_PROBE_STEP_S = 0.2
HEAVY_LOSS = 0.2
SOME_LOSS = 0.05
QUEUE_S = 0.3
LASTING_S = 0.4
"""A long round trip alone may be a busy machine's, here or there: then it is short again so long after."""
SOME_QUEUE_S = 0.1
PROBED_QUEUE_S = 0.05
"""A probe that makes this much of a queue has found the end of the path, before it loses anything."""
DRAIN_S = (0.15, 0.4)
"""The least and the most time given to a queue to run empty."""
ROOM = 0.75
"""So much of what arrived counts: sound and repeats take their part, and what is known is a moment old."""
STRAINED_S = 3.0
FEW_BPS = 150_000
"""A stream this thin fills no queue: what is heard then has another reason."""
_CALM_S = 1.5
_MOST_CALM_S = 4.0
_PATIENT_AFTER = 8
_PATIENT_S = 30.0


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a path.

    ``sent_bps``: what the stream takes; ``loss``: the share of its packets that is lost, 0 to 1, and of how
    many ``packets`` that is; ``rtt_s``: the round trip in seconds, if heard of lately; ``estimate_bps``: what
    the receiver thinks that the path carries (REMB).
    """

    now: float
    sent_bps: float
    loss: float
    rtt_s: float | None = None
    estimate_bps: float | None = None
    packets: int = 1000

    @property
    def sure_loss(self) -> float:
        """What is lost in all likelihood: two standard deviations less than was counted."""
        if self.packets <= 0:
            return 0.0
        return max(0.0, self.loss - 2 * math.sqrt(self.loss / self.packets))


@dataclass(frozen=True, slots=True)
class Fit:
    """``tier`` counts from the best, 0; ``probing_since`` is None while nothing is probed; no picture is sent
    before ``clear_at``; ``carried_bps`` is what arrived of the stream when the path did not carry it.

    Times are of the clock of ``Report.now``.
    """

    tier: int = 0
    moved_at: float = float("-inf")
    calm_since: float | None = None
    probing_since: float | None = None
    failures: int = 0
    strained_at: float = float("-inf")
    least_rtt_s: float | None = None
    estimate_bps: float | None = None
    queued_since: float | None = None
    clear_at: float = float("-inf")
    carried_bps: float | None = None


def patience_s(failures: int) -> float:
    """How long a path must be calm before it is probed, after so many probes that failed."""
    return _PATIENT_S if failures >= _PATIENT_AFTER else min(_CALM_S * 1.5**failures, _MOST_CALM_S)


def step(fit: Fit, report: Report, rates_bps: Sequence[float]) -> Fit:
    """The next state. ``rates_bps``: what each tier takes, best first."""
    queue_s, dropped, loss = _queue_s(fit, report), _dropped(fit, report), report.sure_loss
    queued = queue_s >= SOME_QUEUE_S
    queued_since = None
    if queue_s >= QUEUE_S:
        queued_since = report.now if fit.queued_since is None else fit.queued_since
    some = loss >= SOME_LOSS or queued or dropped
    heavy = (
        loss >= HEAVY_LOSS
        or (_lasts(queued_since, report.now) and report.sent_bps > FEW_BPS)
        or (queued and (dropped or loss >= SOME_LOSS) and report.sent_bps > FEW_BPS)
        or (dropped and report.rtt_s is None and report.now - fit.strained_at < SETTLE_S)
    )
    after = replace(
        fit,
        least_rtt_s=_least_rtt(fit, report),
        estimate_bps=report.estimate_bps,
        strained_at=report.now if dropped else fit.strained_at,
        queued_since=queued_since,
        calm_since=None if some else (report.now if fit.calm_since is None else fit.calm_since),
    )
    if fit.probing_since is not None:
        return _probed(after, report, some or queue_s >= PROBED_QUEUE_S)
    if report.now - fit.moved_at < SETTLE_S:
        return after
    if heavy and fit.tier < len(rates_bps) - 1:
        return _down(after, report, queue_s, rates_bps)
    calm_s = 0.0 if after.calm_since is None else report.now - after.calm_since
    if fit.tier > 0 and calm_s >= patience_s(fit.failures):
        return replace(after, probing_since=report.now)
    return after


def padding_bps(fit: Fit, rates_bps: Sequence[float], now: float) -> float:
    """What the sender adds to the stream at present: a part of what the next tier takes more, then all."""
    if fit.probing_since is None or fit.tier == 0:
        return 0.0
    part = min(1.0, (1 + (now - fit.probing_since) // _PROBE_STEP_S) / _PROBE_STEPS)
    return part * max(0.0, PROBE_SHARE * rates_bps[fit.tier - 1] - rates_bps[fit.tier])


def watchful(fit: Fit, report: Report) -> bool:
    """Whether the round trip is worth asking for now: something is tried, or something may be wrong."""
    return (
        fit.probing_since is not None
        or report.now < fit.clear_at
        or report.sure_loss >= SOME_LOSS
        or _queue_s(fit, report) >= SOME_QUEUE_S
    )


def carried_bps(fit: Fit, now: float) -> float | None:
    """What the path carried when it was found too narrow, for a while after."""
    return fit.carried_bps if now - fit.moved_at < STRAINED_S else None


def _probed(fit: Fit, report: Report, some: bool) -> Fit:
    if some:
        return replace(
            fit, probing_since=None, failures=fit.failures + 1, calm_since=None, moved_at=report.now
        )
    if fit.probing_since is not None and report.now - fit.probing_since >= PROBE_S:
        return replace(
            fit,
            probing_since=None,
            tier=fit.tier - 1,
            moved_at=report.now,
            calm_since=report.now,
            failures=0,
            carried_bps=None,
        )
    return fit


def _down(fit: Fit, report: Report, queue_s: float, rates_bps: Sequence[float]) -> Fit:
    arrived = report.sent_bps * (1 - report.loss)
    if report.estimate_bps is not None and report.estimate_bps < report.sent_bps:
        arrived = min(arrived, report.estimate_bps)
    lowest = len(rates_bps) - 1
    fits = (tier for tier in range(fit.tier + 1, lowest) if rates_bps[tier] <= ROOM * arrived)
    least, most = DRAIN_S
    return replace(
        fit,
        tier=next(fits, lowest),
        moved_at=report.now,
        calm_since=None,
        clear_at=report.now + min(most, max(least, queue_s)),
        carried_bps=arrived,
    )


def _dropped(fit: Fit, report: Report) -> bool:
    """The receiver lowers its estimate when a queue grows; it does not raise it far above what it gets."""
    if fit.estimate_bps is None or report.estimate_bps is None or report.sent_bps <= FEW_BPS:
        return False
    return report.estimate_bps < 0.95 * fit.estimate_bps and report.estimate_bps < report.sent_bps


def _queue_s(fit: Fit, report: Report) -> float:
    if report.rtt_s is None or fit.least_rtt_s is None:
        return 0.0
    return report.rtt_s - fit.least_rtt_s


def _lasts(since: float | None, now: float) -> bool:
    return since is not None and now - since >= LASTING_S


def _least_rtt(fit: Fit, report: Report) -> float | None:
    """It follows a path that has become longer, in half a minute."""
    if report.rtt_s is None or fit.least_rtt_s is None:
        return report.rtt_s if fit.least_rtt_s is None else fit.least_rtt_s
    return min(report.rtt_s, fit.least_rtt_s + 0.01 * max(0.0, report.rtt_s - fit.least_rtt_s))
