"""How long to wait before dialling again."""

from vb.link.backoff import Backoff


def test_it_doubles_up_to_a_limit_and_starts_anew() -> None:
    """With the draw at its highest the waits are whole."""
    backoff = Backoff(lambda: 1.0, first_s=0.25, most_s=4.0)
    assert [backoff.next_s() for _ in range(6)] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]
    backoff.reset()
    assert backoff.next_s() == 0.25


def test_it_is_spread_out() -> None:
    """Between half and all: not everyone comes back at the same moment."""
    assert Backoff(lambda: 0.0, first_s=1.0).next_s() == 0.5
    assert Backoff(lambda: 0.5, first_s=1.0).next_s() == 0.75


def test_it_never_overflows() -> None:
    """However long the server stays away."""
    backoff = Backoff(lambda: 0.0)
    for _ in range(5000):
        assert backoff.next_s() <= 4.0
