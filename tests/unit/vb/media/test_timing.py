"""Clocks, keyframe wishes, what is worth sending, silence."""

import pytest

from vb.media.timing import KeyframeGate, Settling, SilenceGate, StillPatience, video_pts


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


def test_pictures_follow_a_change_and_then_come_to_rest() -> None:
    """Those right after it, two late ones, then none until the next change."""
    settling = Settling(tail_s=0.1, late_s=(0.5, 1.5))
    assert not settling.due(0.0)
    settling.changed(10.0)
    ticks = [10.0 + n / 20 for n in range(60)]
    assert [round(tick - 10, 2) for tick in ticks if settling.due(tick)] == [0.0, 0.05, 0.1, 0.5, 1.5]
    settling.changed(20.0)
    assert settling.due(20.05)


def test_a_late_picture_is_not_made_up_for_long_after() -> None:
    """The capture was stopped in between."""
    settling = Settling(tail_s=0.1, late_s=(0.5, 1.5))
    settling.changed(10.0)
    assert not settling.due(60.0)


def test_a_viewer_that_wonders_is_passed_over_once() -> None:
    """A request while pictures flow is real; the first after a pause is not; the second is again."""
    patience = StillPatience(quiet_s=2.5)
    assert not patience.needless(0.0), "who has seen nothing needs it"
    patience.sent(10.0)
    assert not patience.needless(10.5)
    assert patience.needless(13.0)
    assert not patience.needless(13.2)
    patience.sent(14.0)
    assert patience.needless(17.0)


def test_silence_is_sent_for_a_while_and_then_not() -> None:
    """Pure silence stops after the hold; the first sound opens at once."""
    gate = SilenceGate(hold_s=0.02)
    assert [gate.open(silent=True, duration_s=0.01) for _ in range(4)] == [True, True, False, False]
    assert gate.open(silent=False, duration_s=0.01)
    assert gate.open(silent=True, duration_s=0.01)
