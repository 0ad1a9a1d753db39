"""What overtakes the news of its driver."""

from vb.early import EARLY_PEERS, EARLY_S, Early


def test_the_news_makes_right_what_it_is_about() -> None:
    """In order, once; what others sent, or of an epoch that is over, is wrong."""
    early: Early[str] = Early(9)
    for peer_id, epoch, thing in (("ana", 5, "a"), ("ben", 5, "b"), ("ana", 4, "old"), ("ana", 5, "c")):
        assert early.keep(peer_id, epoch, thing, 0.0)
    assert early.settle("ana", 5, 1.0) == (["a", "c"], ["old", "b"])
    assert early.settle("ana", 5, 1.0) == ([], [])


def test_what_is_still_to_come_waits_on() -> None:
    """Somebody let go and somebody else took it: the first news says nothing about the second."""
    early: Early[str] = Early(9)
    early.keep("ana", 6, "a", 0.0)
    assert early.settle(None, 5, 0.1) == ([], [])
    assert early.settle("ana", 6, 0.2) == (["a"], [])


def test_it_is_kept_for_a_moment() -> None:
    """What is older is a surprise."""
    early: Early[str] = Early(9)
    early.keep("ana", 5, "a", 0.0)
    early.keep("ana", 5, "b", EARLY_S)
    assert early.late(EARLY_S) == []
    assert early.late(EARLY_S + 0.1) == ["a"]
    assert early.settle("ana", 5, EARLY_S + 0.2) == (["b"], [])


def test_what_is_taken_back_is_forgotten() -> None:
    """Of that peer alone; the rest stays in order."""
    early: Early[str] = Early(9)
    for peer_id, thing in (("ana", "a"), ("ana", "b"), ("ana", "c"), ("ben", "b")):
        early.keep(peer_id, 5, thing, 0.0)
    early.forget("ana", lambda thing: thing == "b")
    early.forget("cem", lambda thing: True)
    assert early.settle("ana", 5, 0.1) == (["a", "c"], ["b"])
    early.keep("ana", 6, "d", 0.2)
    early.forget("ana", lambda thing: True)
    assert early.settle("ana", 6, 9.0) == ([], [])


def test_it_is_not_kept_without_end() -> None:
    """One peer's things are too many some time, without a gap in what is kept; so are the peers."""
    early: Early[int] = Early(2)
    assert [early.keep("ana", 5, number, 0.0) for number in range(3)] == [True, True, False]
    kept = [early.keep(f"p{number}", 5, number, 0.0) for number in range(EARLY_PEERS)]
    assert kept == [True] * (EARLY_PEERS - 1) + [False]
    assert early.settle("ana", 5, 0.1)[0] == [0, 1]
