"""How long pictures are kept before they are shown."""

import pytest

from vb.peers.cushion import HOLD_S, MOST_S, TWICE_LOSS, Cushion, repeat_twice


def test_a_good_path_has_none() -> None:
    """However long it is."""
    assert Cushion().delay_s(1.0, 0.0, 0.4) == 0


def test_losses_are_given_the_time_of_a_repeat() -> None:
    """It stays for a while after the last one, and does not waver with the round trip."""
    cushion = Cushion()
    assert cushion.delay_s(1.0, 0.05, 0.06) == pytest.approx(0.13)
    assert cushion.delay_s(2.0, 0.05, 0.065) == pytest.approx(0.13)
    assert cushion.delay_s(3.0, 0.05, 0.03) == pytest.approx(0.13)
    assert cushion.delay_s(4.0, 0.05, 0.1) == pytest.approx(0.19)
    assert cushion.delay_s(4.0 + HOLD_S, 0.0, 0.1) == pytest.approx(0.19)
    assert cushion.delay_s(4.1 + HOLD_S, 0.0, 0.1) == 0


def test_it_is_bounded() -> None:
    """And begins with a usual round trip while none is known."""
    assert Cushion().delay_s(1.0, 1.0, 60.0) == MOST_S
    assert Cushion().delay_s(1.0, 0.1, None) == pytest.approx(0.13)


@pytest.mark.parametrize(
    ("loss", "rtt_s", "least_rtt_s", "twice"),
    [
        (0.0, 0.06, 0.06, False),
        (0.01, 0.06, 0.06, False),
        (TWICE_LOSS, 0.06, 0.06, True),
        (0.1, 0.08, 0.06, True),
        (0.1, 0.25, 0.06, False),  # a queue: the path is full, more would be lost
        (0.1, None, 0.06, True),
        (0.1, 0.06, None, True),
    ],
)
def test_repeats_go_two_times_where_they_would_be_lost(
    loss: float, rtt_s: float | None, least_rtt_s: float | None, twice: bool
) -> None:
    """Not where nothing is lost, nor where there is no room."""
    assert repeat_twice(loss, rtt_s, least_rtt_s) is twice
