"""Who may drive."""

from hypothesis import given
from hypothesis import strategies as st

from vb.bucket import Bucket
from vb.desktop.gate import EARLY_FRAMES, InputGate, Verdict
from vb.early import EARLY_PEERS, EARLY_S
from vb.protocol.input import Key, Move, Release, encode

MOVE = encode(Move(3, 10, 20))


def held_by(
    peer_id: str | None, epoch: int = 3, *, rate_per_s: float = 500.0, burst: float = 1000.0
) -> InputGate:
    gate = InputGate(Bucket(rate_per_s, burst))
    gate.control(peer_id, epoch)
    return gate


def test_the_holder_with_the_present_epoch_drives() -> None:
    """Its frame passes and is counted."""
    gate = held_by("ana")
    assert gate.pass_frame("ana", MOVE, 0.0) == Move(3, 10, 20)
    assert gate.counts == {Verdict.TAKEN: 1}


def test_others_do_not_drive() -> None:
    """Neither another peer, nor anybody while control is free."""
    assert held_by("ben").pass_frame("ana", MOVE, 0.0) is None
    gate = held_by(None)
    assert gate.pass_frame("ana", MOVE, 0.0) is None
    assert gate.counts == {Verdict.NOT_HOLDER: 1}


def test_an_old_or_future_epoch_does_not_drive() -> None:
    """The epoch must be the present one."""
    gate = held_by("ana", 4)
    assert gate.pass_frame("ana", MOVE, 0.0) is None
    assert gate.pass_frame("ana", encode(Move(5, 1, 1)), 0.0) is None
    assert gate.counts == {Verdict.OLD_EPOCH: 1, Verdict.EARLY: 1}


def test_input_that_overtakes_the_news_of_its_driver_is_carried_out() -> None:
    """In order, once, when the news comes; only of that driver, with that epoch."""
    gate = held_by(None, 3)
    press, up = Key(4, 97, True), Key(4, 97, False)
    for who, frame in (("ana", press), ("ben", Move(4, 1, 1)), ("ana", up), ("ana", Move(5, 1, 1))):
        assert gate.pass_frame(who, encode(frame), 0.0) is None
    assert gate.counts == {Verdict.EARLY: 4}
    assert gate.control("ana", 4)
    assert gate.early_frames(1.0) == [press, up]
    assert gate.early_frames(1.0) == []


def test_early_input_of_who_drives_already_waits_for_the_new_epoch() -> None:
    """Control was given away and taken back: the old epoch's frames are over, the new one's to come."""
    gate = held_by("ana", 3)
    assert gate.pass_frame("ana", encode(Key(7, 97, True)), 0.0) is None
    assert gate.control("ana", 7)
    assert gate.early_frames(0.1) == [Key(7, 97, True)]
    assert gate.pass_frame("ana", MOVE, 0.2) is None
    assert gate.counts[Verdict.OLD_EPOCH] == 1


def test_early_input_is_kept_for_a_moment_and_not_without_end() -> None:
    """What is older is a surprise; one peer's buffer is full some time, and so is the number of peers."""
    gate = held_by(None, 3)
    gate.pass_frame("ana", encode(Move(4, 1, 1)), 0.0)
    gate.pass_frame("ana", encode(Move(4, 2, 2)), EARLY_S)
    gate.control("ana", 4)
    assert gate.early_frames(EARLY_S + 1) == [Move(4, 2, 2)]
    for x in range(EARLY_FRAMES + 9):
        gate.pass_frame("ben", encode(Move(5, x, 1)), 0.0)
    for number in range(EARLY_PEERS + 9):
        gate.pass_frame(f"peer {number}", encode(Move(5, 1, 1)), 0.0)
    gate.pass_frame("ben", b"nonsense", 0.0)
    assert gate.counts[Verdict.NOT_HOLDER] == 9 + 10 + 1
    gate.control("ben", 5)
    assert gate.early_frames(0.5) == [Move(5, x, 1) for x in range(EARLY_FRAMES)]


def test_every_change_of_control_is_told_once() -> None:
    """A change means that everything held must be let go; the same again does not."""
    gate = InputGate()
    assert gate.control("ana", 1)
    assert not gate.control("ana", 1)
    assert gate.control("ana", 2)
    assert gate.control(None, 3)


def test_overtaken_news_of_control_says_nothing() -> None:
    """Who drove before does not drive again when the news comes late."""
    gate = held_by("ben", 200)
    assert not gate.control("ana", 100)
    assert not gate.control(None, 199)
    assert (gate.holder, gate.epoch) == ("ben", 200)


def test_emptied_store_frees_control_until_the_next_driver() -> None:
    """Epoch 0: nobody drives. What was told before the flush stays overtaken, the next epoch is higher."""
    gate = held_by("ana", 200)
    assert gate.control(None, 0)
    assert not gate.control(None, 0)
    assert gate.pass_frame("ana", encode(Move(200, 1, 1)), 0.0) is None
    assert not gate.control("ana", 100)
    assert gate.control("ben", 201)
    assert gate.pass_frame("ben", encode(Move(201, 1, 1)), 0.0) == Move(201, 1, 1)


def test_what_a_late_empty_snapshot_took_comes_back_with_the_next() -> None:
    """The same driver with the same epoch is a change after it."""
    gate = held_by("ana", 200)
    gate.control(None, 0)
    assert gate.control("ana", 200)
    assert gate.holder == "ana"


def test_too_much_input_is_dropped_and_the_allowance_refills() -> None:
    """A burst passes, the rest is dropped, and after a while it goes on."""
    gate = held_by("ana", rate_per_s=10.0, burst=2.0)
    move, release = Move(3, 10, 20), Release(3)
    assert [gate.pass_frame("ana", MOVE, 0.0) for _ in range(4)] == [move, move, release, None]
    assert gate.pass_frame("ana", MOVE, 0.1) == move
    assert gate.counts[Verdict.TOO_OFTEN] == 2


def test_a_flood_lets_go_once() -> None:
    """What is dropped may have been the end of a press: everything comes up, at each flood anew."""
    gate = held_by("ana", rate_per_s=10.0, burst=1.0)
    press = encode(Key(3, 0x61, True))
    assert gate.pass_frame("ana", press, 0.0) == Key(3, 0x61, True)
    assert [gate.pass_frame("ana", press, 0.0) for _ in range(3)] == [Release(3), None, None]
    assert gate.pass_frame("ana", press, 0.1) == Key(3, 0x61, True)
    assert gate.pass_frame("ana", press, 0.1) == Release(3)


def test_others_do_not_use_up_the_drivers_allowance() -> None:
    """A peer without control cannot slow the driver down."""
    gate = held_by("ana", rate_per_s=1.0, burst=1.0)
    for _ in range(50):
        gate.pass_frame("ben", MOVE, 0.0)
    assert gate.pass_frame("ana", MOVE, 0.0) is not None


@given(data=st.binary(max_size=40))
def test_no_bytes_break_it(data: bytes) -> None:
    """Whatever the driver sends is a frame or is counted as refused."""
    gate = held_by("ana")
    frame = gate.pass_frame("ana", data, 0.0)
    assert (frame is not None) == (gate.counts[Verdict.TAKEN] == 1)
    assert sum(gate.counts.values()) == 1


@given(keysym=st.integers(0, 2**32 - 1), down=st.integers(0, 255))
def test_keys_out_of_range_are_garbage(keysym: int, down: int) -> None:
    """A keysym beyond X's, or a flag that is neither 0 nor 1, is refused."""
    gate = held_by("ana")
    frame = gate.pass_frame(
        "ana", bytes([4]) + (3).to_bytes(8, "big") + keysym.to_bytes(4, "big") + bytes([down]), 0.0
    )
    if 0 < keysym <= 0x1FFFFFFF and down < 2:
        assert frame == Key(3, keysym, bool(down))
    else:
        assert frame is None
        assert gate.counts == {Verdict.GARBAGE: 1}
