"""What is heard of a path becomes reports."""

import pytest

from vb.peers.path import PathMeter


def test_loss_is_of_the_last_half_second() -> None:
    """First asked-for packets among those sent; too few say nothing."""
    meter = PathMeter()
    meter.sent(0.0, 10, 10_000)
    meter.missed(0.0)
    assert meter.report(0.1).loss == 0
    meter.sent(0.2, 90, 90_000)
    for _ in range(9):
        meter.missed(0.2)
    assert meter.report(0.3).loss == pytest.approx(0.1)
    assert meter.report(0.3).sent_bps == 800_000
    assert meter.report(0.8).loss == 0


def test_a_receiver_report_counts_once() -> None:
    """Its round trip is kept."""
    meter = PathMeter()
    meter.sent(0.0, 100, 100_000)
    meter.reported(0.25, 0.06)
    meter.estimate_bps = 900_000
    first, second = meter.report(0.1), meter.report(0.2)
    assert (first.loss, second.loss) == (0.25, 0)
    assert (second.rtt_s, second.estimate_bps) == (0.06, 900_000)
    meter.reported(0.0, None)
    assert meter.report(0.3).rtt_s == 0.06


def test_more_cannot_be_lost_than_was_sent() -> None:
    """Whatever a viewer says."""
    meter = PathMeter()
    meter.sent(0.0, 20, 1000)
    for _ in range(100):
        meter.missed(0.1)
    assert meter.report(0.2).loss == 1.0
