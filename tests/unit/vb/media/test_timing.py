"""Clocks, keyframe wishes, what is worth sending, silence."""

import pytest

from vb.media.timing import KeyframeGate, Pace, Settling, SilenceGate, SoundClock, StillPatience, video_pts


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


def test_a_change_after_a_pause_is_pictured_at_once() -> None:
    """However long the pause was, what follows keeps the pace."""
    pace = Pace(10.0)
    assert pace.rest_s(100.0) == 0
    pace.took(100.0)
    assert pace.rest_s(100.0) == pytest.approx(0.05, abs=0.003)
    assert pace.rest_s(100.05) == 0


def test_the_pace_is_kept_over_time() -> None:
    """A little early once in a while, hardly more pictures than asked for."""
    pace, now, taken = Pace(10.0), 0.0, 0
    while now < 10.0:
        now += pace.rest_s(now)
        pace.took(now)
        taken += 1
        now += 0.001
    assert taken <= 104, "the first one, half an interval early, and two in a hundred"


def test_one_hurry_does_not_hold_up_what_follows_for_ever() -> None:
    """What draws just as often as it may is soon pictured at once again."""
    pace, waits = Pace(60.0), []
    for beat in (*range(5), 4.3, *range(5, 60)):
        rest = pace.rest_s(beat / 60)
        pace.took(beat / 60 + rest)
        waits.append(rest)
    assert max(waits) > 0
    assert waits[-10:] == [0] * 10


def test_an_uneven_beat_costs_no_wait() -> None:
    """What is drawn a quarter of an interval early is pictured when it is drawn."""
    pace = Pace(10.0)
    for beat in range(10):
        now = beat * 0.1 + (0.02 if beat % 2 else -0.005)
        assert pace.rest_s(now) == 0
        pace.took(now)


def test_a_change_is_pictured_and_then_comes_to_rest() -> None:
    """At once, at the late times after it, then never until the next change."""
    settling = Settling(late_s=(0.5, 1.5))
    assert settling.rest_s(0.0) == float("inf")
    settling.changed()
    assert settling.due(10.0)
    settling.took(10.0)
    assert [settling.rest_s(now) for now in (10.0, 10.4, 10.5)] == pytest.approx([0.5, 0.1, 0.0])
    settling.took(10.5)
    assert settling.rest_s(10.5) == pytest.approx(1.0)
    settling.took(11.5)
    assert settling.rest_s(11.5) == float("inf")


def test_a_change_starts_the_rest_anew() -> None:
    """Also one in the middle of it."""
    settling = Settling(late_s=(0.5, 1.5))
    settling.changed()
    settling.took(10.0)
    settling.took(10.5)
    settling.changed()
    assert settling.due(10.6)
    settling.took(10.6)
    assert settling.rest_s(10.6) == pytest.approx(0.5)


def test_a_keyframe_of_a_still_screen_becomes_fine_too() -> None:
    """A picture that nobody had to take for a change is followed by the late ones."""
    settling = Settling(late_s=(0.5,))
    settling.took(10.0)
    assert settling.rest_s(10.0) == pytest.approx(0.5)


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


BLOCK = 480


def punctual(clock: SoundClock, from_s: float, blocks: int, lag_s: float = 0.0) -> list[int | None]:
    """Blocks of 10 ms, each handed over ``lag_s`` after its end."""
    return [clock.take(from_s + (n + 1) * 0.01 + lag_s, BLOCK) for n in range(blocks)]


def test_sound_is_counted_in_samples() -> None:
    """Small delays change nothing, nor does a source that begins later: the clock went on."""
    clock = SoundClock()
    clock.begin(2.0)
    assert punctual(clock, 2.0, 3) == [96_000, 96_480, 96_960]
    assert clock.take(2.08, BLOCK) == 97_440  # 40 ms late
    clock.begin(1.0)
    assert clock.position == 97_920
    clock.begin(9.0)
    assert clock.position == 9 * 48_000


def test_late_sound_is_left_out_and_keeps_its_place() -> None:
    """After a stall of 0.2 s only the newest blocks are worth sending, under their own time."""
    clock = SoundClock()
    clock.begin(0.0)
    punctual(clock, 0.0, 10)
    taken = [clock.take(0.3, BLOCK) for _ in range(20)]
    assert taken[:13] == [None] * 13
    assert taken[-6:] == [BLOCK * n for n in range(24, 30)]
    assert punctual(clock, 0.3, 2) == [BLOCK * 30, BLOCK * 31]


def test_samples_that_stay_away_are_skipped() -> None:
    """A source that lost 0.2 s is not late for ever: its count goes on where the clock is."""
    clock = SoundClock()
    clock.begin(0.0)
    punctual(clock, 0.0, 10)
    taken = punctual(clock, 0.1, 60, lag_s=0.2)
    assert taken[0] is None
    first = next(n for n, position in enumerate(taken) if position is not None)
    assert first * 0.01 == pytest.approx(clock.patience_s, abs=0.03)
    assert taken[first] == pytest.approx((0.1 + 0.2 + first * 0.01) * 48_000, abs=BLOCK)
    assert None not in taken[first:]


def test_a_clock_that_drifts_away_is_followed() -> None:
    """What was punctual long ago is forgotten: a source that is slower by a thousandth is never late."""
    clock = SoundClock()
    clock.begin(0.0)
    assert all(clock.take(n * 0.01001, BLOCK) is not None for n in range(1, 20_000))
