"""The decision, as a table and whatever is heard."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.peers.fitting import (
    DRAIN_S,
    LASTING_S,
    PROBE_S,
    SETTLE_S,
    STRAINED_S,
    Fit,
    Report,
    carried_bps,
    padding_bps,
    patience_s,
    step,
    watchful,
)

RATES = (2_500_000.0, 1_000_000.0, 400_000.0)
STEADY = Fit(least_rtt_s=0.05, estimate_bps=3_000_000)


@pytest.mark.parametrize(
    ("report", "tier"),
    [
        (Report(9, 2_500_000, 0.0, 0.05, 3_000_000), 0),
        (Report(9, 2_500_000, 0.1, 0.06, 3_000_000), 0),  # a bad radio link: repeating mends it
        (Report(9, 2_500_000, 0.2, 0.06, 3_000_000, 70), 0),  # of few packets so many are lost by chance
        (Report(9, 2_500_000, 0.4, 0.05, 3_000_000), 1),  # more than half of it arrives: medium does
        (Report(9, 2_500_000, 0.4, 0.05, 1_200_000), 2),  # the receiver thinks less of the path
        (Report(9, 2_500_000, 0.5, 0.05, 3_000_000), 2),  # with the sound, medium would just not do
        (Report(9, 2_500_000, 0.75, 0.05, 3_000_000), 2),
        (Report(9, 2_500_000, 0.15, 0.16, 3_000_000), 1),  # a queue, full already: some is lost
        (Report(9, 2_500_000, 0.0, 0.16, 2_000_000), 1),  # a queue, and the receiver notices
        (Report(9, 2_500_000, 0.0, 0.4, 3_000_000), 0),  # a long round trip, once
        (Report(9, 100_000, 0.0, 0.4, 3_000_000), 0),  # no queue of ours
        (Report(9, 2_500_000, 0.0, 0.05, 500_000), 0),  # the receiver wavers once
        (Report(9, 2_500_000, 0.1, 0.05, 500_000), 0),  # and some packets are, but no queue grows
        (Report(9, 100_000, 0.0, 0.05, 80_000), 0),  # a thin stream tells it nothing
    ],
)
def test_what_moves_a_viewer_down(report: Report, tier: int) -> None:
    """From the best tier, by one report."""
    assert step(STEADY, report, RATES).tier == tier


def test_two_lower_estimates_in_a_row_move_it_down() -> None:
    """One alone may be noise; nor do two count while the round trip says that there is no queue."""
    first = step(STEADY, Report(9, 2_500_000, 0, None, 2_000_000), RATES)
    assert first.tier == 0
    assert step(first, Report(9.5, 2_500_000, 0, None, 1_500_000), RATES).tier == 1
    assert step(first, Report(9.5, 2_500_000, 0, 0.05, 1_500_000), RATES).tier == 0


def test_a_long_queue_that_lasts_moves_it_down() -> None:
    """Nothing is lost yet. A pause of a busy machine is over before."""
    first = step(STEADY, Report(9, 2_500_000, 0, 0.4), RATES)
    assert step(first, Report(9 + LASTING_S / 2, 2_500_000, 0, 0.4), RATES).tier == 0
    assert step(first, Report(9.01 + LASTING_S, 2_500_000, 0, 0.4), RATES).tier == 1
    between = step(first, Report(9 + LASTING_S / 2, 2_500_000, 0, 0.1), RATES)
    assert step(between, Report(9.01 + LASTING_S, 2_500_000, 0, 0.4), RATES).tier == 0
    thin = step(STEADY, Report(9, 100_000, 0, 0.4), RATES)
    assert step(thin, Report(9.01 + LASTING_S, 100_000, 0, 0.4), RATES).tier == 0


def test_a_path_found_too_narrow_is_given_time() -> None:
    """Its queue runs empty before the next picture, which then goes no faster than it carries, for a while."""
    least, most = DRAIN_S
    lost = step(STEADY, Report(9, 2_500_000, 0.5), RATES)
    assert lost.clear_at == pytest.approx(9 + least)
    assert carried_bps(lost, 9.1) == 1_250_000
    assert carried_bps(lost, 9 + STRAINED_S) is None
    assert carried_bps(STEADY, 9) is None
    assert step(STEADY, Report(9, 2_500_000, 0.1, 0.35), RATES).clear_at == pytest.approx(9.3)
    assert step(STEADY, Report(9, 2_500_000, 0.1, 2.0), RATES).clear_at == pytest.approx(9 + most)


def test_the_round_trip_is_asked_for_only_when_it_matters() -> None:
    """Nothing is added to a good path."""
    assert not watchful(STEADY, Report(9, 2_500_000, 0.0, 0.05))
    assert not watchful(STEADY, Report(9, 2_500_000, 0.05, 0.05, packets=60))
    assert watchful(STEADY, Report(9, 2_500_000, 0.2, 0.05))
    assert watchful(STEADY, Report(9, 2_500_000, 0.0, 0.2))
    assert watchful(Fit(tier=1, probing_since=8.0), Report(9, 1_000_000, 0.0))
    assert watchful(Fit(tier=1, clear_at=9.2), Report(9, 1_000_000, 0.0))


def test_what_was_heard_of_the_tier_before_does_not_count() -> None:
    """It settles first."""
    low = step(STEADY, Report(9, 2_500_000, 0.4), RATES)
    assert step(low, Report(9 + SETTLE_S / 2, 1_000_000, 0.9), RATES).tier == 1
    assert step(low, Report(9.01 + SETTLE_S, 1_000_000, 0.9), RATES).tier == 2


def run(fit: Fit, start: float, seconds: float, capacity_bps: float) -> Fit:
    """A path that carries so much and loses the rest."""
    for number in range(round(seconds / 0.1)):
        sent = RATES[fit.tier] + padding_bps(fit, RATES, start + number * 0.1)
        loss = max(0.0, 1 - capacity_bps / sent)
        fit = step(fit, Report(start + number * 0.1, RATES[fit.tier], loss, 0.05), RATES)
    return fit


def test_a_path_that_is_cut_and_widened_again() -> None:
    """Down to what it carries, no higher while it is narrow, back to the best within ten seconds."""
    cut = run(STEADY, 0, 0.2, 600_000)
    assert cut.tier == 2
    narrow = run(cut, 0.2, 20, 600_000)
    assert narrow.tier == 2
    assert narrow.failures >= 2
    assert run(narrow, 20.2, 9.8, 3_000_000).tier == 0


def test_a_probe_that_does_harm_ends_at_once_and_makes_the_next_one_wait() -> None:
    """The viewer stays where it is."""
    low = Fit(tier=2, calm_since=0.0, moved_at=-9)
    probing = step(low, Report(patience_s(0), 400_000, 0), RATES)
    assert probing.probing_since is not None
    began = patience_s(0)
    added = [padding_bps(probing, RATES, began + each) for each in (0, 0.21, 0.41, 0.61, 1.0)]
    assert added == pytest.approx([175_000, 350_000, 525_000, 700_000, 700_000])
    failed = step(probing, Report(began + 0.2, 400_000, 0.1), RATES)
    assert (failed.tier, failed.probing_since, failed.failures) == (2, None, 1)
    queued = step(replace(probing, least_rtt_s=0.05), Report(began + 0.2, 400_000, 0.0, 0.11), RATES)
    assert (queued.tier, queued.probing_since, queued.failures) == (2, None, 1)
    assert patience_s(1) > patience_s(0)
    assert patience_s(99) == 30


@given(
    st.lists(
        st.builds(
            Report,
            now=st.just(0.0),
            sent_bps=st.floats(0, 1e7),
            loss=st.floats(0, 1),
            rtt_s=st.none() | st.floats(0, 5),
            estimate_bps=st.none() | st.floats(0, 1e8),
            packets=st.integers(0, 10_000),
        ),
        max_size=60,
    )
)
def test_whatever_is_heard(reports: list[Report]) -> None:
    """The tier is one that exists, it goes up one at a time and only after a probe, it does not flap."""
    fit, moves = Fit(), []
    for number, report in enumerate(reports):
        now = number * 0.2
        after = step(fit, replace(report, now=now), RATES)
        assert 0 <= after.tier <= 2
        if after.tier < fit.tier:
            assert after.tier == fit.tier - 1
            assert fit.probing_since is not None
            assert now - fit.probing_since >= PROBE_S - 1e-9
        if after.tier != fit.tier:
            moves.append(now)
        assert padding_bps(after, RATES, now) >= 0
        assert after.clear_at <= now + DRAIN_S[1]
        fit = after
    assert all(b - a >= PROBE_S for a, b in itertools.pairwise(moves))
