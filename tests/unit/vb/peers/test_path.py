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


def test_receiver_reports_count_as_what_they_are_of() -> None:
    """One of few packets does not weigh as one of many; one that was overtaken weighs nothing."""
    meter = PathMeter()
    meter.reported(0.0, 1.0, 1000)
    meter.reported(0.1, 0.0, 1080)
    meter.reported(0.2, 0.5, 1100)
    meter.reported(0.2, 1.0, 1060)
    meter.reported(0.2, 0.0, 1060)
    report = meter.report(0.3)
    assert report.loss == pytest.approx(0.1)
    assert report.packets == 100
    assert meter.report(0.8).loss == 0
    meter.reported(1.0, 0.5, 2**32 - 10)
    meter.reported(1.1, 0.5, 10)
    assert meter.report(1.2).packets == 20


def test_a_round_trip_is_known_for_a_while() -> None:
    """What is old says nothing of a queue."""
    meter = PathMeter()
    assert meter.report(0.0).rtt_s is None
    meter.round_trip(0.0, 0.06)
    assert meter.report(1.0).rtt_s == 0.06
    assert meter.report(2.0).rtt_s is None
    meter.estimate_bps = 900_000
    assert meter.report(0.2).estimate_bps == 900_000


def test_more_cannot_be_lost_than_was_sent() -> None:
    """Whatever a viewer says."""
    meter = PathMeter()
    meter.sent(0.0, 20, 1000)
    for _ in range(100):
        meter.missed(0.1)
    assert meter.report(0.2).loss == 1.0
