"""What viewers' packets may cost: together, each, and after coming back."""

from vb.peers import work as module
from vb.peers.work import Share, Shares

LATER = 1000.0


def used_up(share: Share, now: float, step: int = 10_000) -> int:
    """How much it gives until it refuses."""
    taken = 0
    while share.take(now, step):
        taken += step
    return taken


def test_coming_back_fills_nothing() -> None:
    """The share is the peer's, not its connection's."""
    shares = Shares()
    assert used_up(shares.of("ana"), LATER) == module.WORK_AT_ONCE + module.SURE_AT_ONCE
    assert used_up(shares.of("ana"), LATER) == 0
    assert used_up(shares.of("ana"), LATER + 1) == module.WORK_PER_S + module.SURE_PER_S


def test_twenty_places_of_one_person_are_bounded_together() -> None:
    """A quarter of a core a second and what each may at least; one who moves a mouse is heard all the while."""
    shares = Shares()
    places = [shares.of(f"place {number}") for number in range(20)]
    for share in places:
        used_up(share, LATER)
    assert sum(used_up(share, LATER + 1) for share in places) <= module.ALL_PER_S + 20 * module.SURE_PER_S
    calm = shares.of("calm")
    assert all(calm.take(LATER + 1 + number / 200, 60) for number in range(1000))
    assert not calm.take(LATER + 1, int(module.SURE_AT_ONCE) + 1)


def test_those_remembered_are_bounded() -> None:
    """The latest are."""
    shares = Shares()
    first = shares.of("0")
    for number in range(1, module.MOST_KEPT):
        shares.of(str(number))
    assert shares.of("0") is first
    shares.of("one more")
    assert len(shares._kept) == module.MOST_KEPT
    assert "1" not in shares._kept
    assert shares.of("0") is first
