"""Which tier a viewer's path carries. Pure: a state and what was heard go in, the next state comes out.

Down at once, when much is lost or the path's queue grows: to the best tier that what arrived has room for.
Up with care: after a calm while the sender adds packets that say nothing new (a probe); when those do no harm
either, the viewer moves up. Each probe that fails makes the next one wait longer. Loss without a queue
(a bad radio link) keeps a viewer where it is: repeated packets mend that, a smaller picture would not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

SETTLE_S = 1.5
"""What is heard so soon after a move still tells of the tier before it."""
PROBE_S = 0.8
PROBE_SHARE = 1.1
HEAVY_LOSS = 0.2
SOME_LOSS = 0.03
QUEUE_S = 0.3
SOME_QUEUE_S = 0.15
FEW_BPS = 150_000
"""A stream this thin fills no queue: what is heard then has another reason."""
_CALM_S = 1.5
_MOST_CALM_S = 5.0
_PATIENT_AFTER = 8
_PATIENT_S = 30.0


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a path.

    ``sent_bps``: what the stream takes; ``loss``: the share of its packets that is lost, 0 to 1; ``rtt_s``:
    the round trip in seconds; ``estimate_bps``: what the receiver thinks that the path carries (REMB).
    """

    now: float
    sent_bps: float
    loss: float
    rtt_s: float | None = None
    estimate_bps: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """``tier`` counts from the best, 0; ``probing_since`` is None while nothing is probed.

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


def patience_s(failures: int) -> float:
    """How long a path must be calm before it is probed, after so many probes that failed."""
    return _PATIENT_S if failures >= _PATIENT_AFTER else min(_CALM_S * 1.5**failures, _MOST_CALM_S)


def step(fit: Fit, report: Report, rates_bps: Sequence[float]) -> Fit:
    """The next state. ``rates_bps``: what each tier takes, best first."""
    queue_s, dropped = _queue_s(fit, report), _dropped(fit, report)
    some = report.loss >= SOME_LOSS or queue_s >= SOME_QUEUE_S or dropped
    heavy = (
        report.loss >= HEAVY_LOSS
        or (queue_s >= QUEUE_S and report.sent_bps > FEW_BPS)
        or (dropped and (report.loss >= SOME_LOSS or report.now - fit.strained_at < SETTLE_S))
    )
    after = replace(
        fit,
        least_rtt_s=_least_rtt(fit, report),
        estimate_bps=report.estimate_bps,
        strained_at=report.now if dropped else fit.strained_at,
        calm_since=None if some else (report.now if fit.calm_since is None else fit.calm_since),
    )
    if fit.probing_since is not None:
        return _probed(after, report, some)
    if report.now - fit.moved_at < SETTLE_S:
        return after
    if heavy and fit.tier < len(rates_bps) - 1:
        return _down(after, report, dropped, rates_bps)
    calm_s = 0.0 if after.calm_since is None else report.now - after.calm_since
    if fit.tier > 0 and calm_s >= patience_s(fit.failures):
        return replace(after, probing_since=report.now)
    return after


def padding_bps(fit: Fit, rates_bps: Sequence[float]) -> float:
    """What the sender adds to the stream at present."""
    if fit.probing_since is None or fit.tier == 0:
        return 0.0
    return max(0.0, PROBE_SHARE * rates_bps[fit.tier - 1] - rates_bps[fit.tier])


def _probed(fit: Fit, report: Report, some: bool) -> Fit:
    if some:
        return replace(
            fit, probing_since=None, failures=fit.failures + 1, calm_since=None, moved_at=report.now
        )
    if fit.probing_since is not None and report.now - fit.probing_since >= PROBE_S:
        return replace(
            fit, probing_since=None, tier=fit.tier - 1, moved_at=report.now, calm_since=report.now, failures=0
        )
    return fit


def _down(fit: Fit, report: Report, dropped: bool, rates_bps: Sequence[float]) -> Fit:
    arrived = report.sent_bps * (1 - report.loss)
    if dropped and report.estimate_bps is not None:
        arrived = min(arrived, report.estimate_bps)
    lowest = len(rates_bps) - 1
    fits = (tier for tier in range(fit.tier + 1, lowest) if rates_bps[tier] <= arrived)
    return replace(fit, tier=next(fits, lowest), moved_at=report.now, calm_since=None)


def _dropped(fit: Fit, report: Report) -> bool:
    """The receiver lowers its estimate when a queue grows; it does not raise it far above what it gets."""
    if fit.estimate_bps is None or report.estimate_bps is None or report.sent_bps <= FEW_BPS:
        return False
    return report.estimate_bps < 0.95 * fit.estimate_bps and report.estimate_bps < report.sent_bps


def _queue_s(fit: Fit, report: Report) -> float:
    if report.rtt_s is None or fit.least_rtt_s is None:
        return 0.0
    return report.rtt_s - fit.least_rtt_s


def _least_rtt(fit: Fit, report: Report) -> float | None:
    """It follows a path that has become longer, in half a minute."""
    if report.rtt_s is None or fit.least_rtt_s is None:
        return report.rtt_s if fit.least_rtt_s is None else fit.least_rtt_s
    return min(report.rtt_s, fit.least_rtt_s + 0.01 * max(0.0, report.rtt_s - fit.least_rtt_s))
