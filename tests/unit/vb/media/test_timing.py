"""Clocks, keyframe wishes, rates, silence."""

import pytest

from vb.media.timing import KeyframeGate, Rate, SilenceGate, video_pts


@pytest.mark.parametrize(
    ("taken", "origin", "expected"), [(11.0, 10.0, 90_000), (10.0, 10.0, 0), (9.0, 10.0, 0)]
)
def test_pictures_count_in_ninety_kilohertz(taken: float, origin: float, expected: int) -> None:
    """From the origin, and never below it."""
    assert video_pts(taken, origin) == expected


def test_no_keyframe_unless_asked_for() -> None:
    """The gate is shut until somebody needs one."""
    gate = KeyframeGate()
    assert not gate.take(0.0)
    gate.ask()
    assert gate.due(0.0)
    assert gate.take(0.0)
    assert not gate.take(9.0)


def test_many_wishes_make_one_keyframe() -> None:
    """All that ask before the next picture share it."""
    gate = KeyframeGate()
    for _ in range(5):
        gate.ask()
    assert [gate.take(now) for now in (0.0, 1.0, 2.0)] == [True, False, False]


def test_keyframes_keep_their_distance() -> None:
    """A wish right after a keyframe is granted, but later."""
    gate = KeyframeGate(spacing_s=0.5)
    gate.ask()
    gate.take(0.0)
    gate.ask()
    assert [gate.take(now) for now in (0.1, 0.4, 0.5)] == [False, False, True]


def test_a_newcomer_waits_less() -> None:
    """Who sees nothing yet goes before who sees something broken."""
    gate = KeyframeGate(spacing_s=0.5, newcomer_spacing_s=0.1)
    gate.ask()
    gate.take(0.0)
    gate.ask(newcomer=True)
    assert [gate.take(now) for now in (0.05, 0.1)] == [False, True]
    gate.ask()
    assert not gate.due(0.3)


def test_a_rate_covers_its_window() -> None:
    """Old events are forgotten."""
    rate = Rate(window_s=2.0)
    for now in (0.0, 1.0, 1.5):
        rate.count(now)
    assert rate.per_s(1.5) == 1.5
    assert rate.per_s(3.2) == 0.5
    assert rate.per_s(60.0) == 0.0


def test_silence_is_sent_for_a_while_and_then_not() -> None:
    """Pure silence stops after the hold; the first sound opens at once."""
    gate = SilenceGate(hold_s=0.02)
    assert [gate.open(silent=True, duration_s=0.01) for _ in range(4)] == [True, True, False, False]
    assert gate.open(silent=False, duration_s=0.01)
    assert gate.open(silent=True, duration_s=0.01)
