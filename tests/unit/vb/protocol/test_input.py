"""vb.protocol.input"""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.protocol import input as frames
from vb.protocol.input import Button, InputError, InputFrame, Key, Kind, Move, Release, Wheel

EPOCH = 1_767_225_600_000
EXAMPLES: list[tuple[InputFrame, int]] = [
    (Move(EPOCH, 1279, 719), 13),
    (Button(EPOCH, 10, 20, 1, down=True), 15),
    (Wheel(EPOCH, 10, 20, -120, 240), 17),
    (Key(EPOCH, 0x0100_1F600, down=False), 14),
    (Release(EPOCH), 9),
]


@pytest.mark.parametrize(("frame", "size_bytes"), EXAMPLES)
def test_frames_come_back_as_they_went(frame: InputFrame, size_bytes: int) -> None:
    """Each has its fixed size and reads back as the same value."""
    data = frames.encode(frame)
    assert len(data) == size_bytes
    assert frames.decode(data) == frame


def test_layout_is_big_endian_with_kind_and_epoch_first() -> None:
    """What the page writes with a DataView."""
    assert frames.encode(Move(1, 2, 3)) == bytes([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 9,
        b"\x06" * 9,
        b"\x01\x00",
        frames.encode(Move(1, 2, 3)) + b"\x00",
        struct.pack("!BQHHBB", Kind.BUTTON, 1, 0, 0, 0, 1),
        struct.pack("!BQHHBB", Kind.BUTTON, 1, 0, 0, 10, 1),
        struct.pack("!BQHHBB", Kind.BUTTON, 1, 0, 0, 1, 2),
        struct.pack("!BQIB", Kind.KEY, 1, 0, 1),
        struct.pack("!BQIB", Kind.KEY, 1, 0x20000000, 1),
        struct.pack("!BQIB", Kind.KEY, 1, 97, 7),
    ],
)
def test_wrong_frames_are_refused(data: bytes) -> None:
    """Empty, unknown, too short, too long, or out of range."""
    with pytest.raises(InputError, match="input frame refused"):
        frames.decode(data)


def test_values_that_do_not_fit_are_refused() -> None:
    """Nobody can send a position that the screen cannot have."""
    with pytest.raises(InputError):
        frames.encode(Move(1, 70_000, 0))


@given(st.binary(max_size=40))
def test_garbage_is_refused_and_nothing_else_happens(data: bytes) -> None:
    """Only InputError leaves the decoder; what it takes has the meaning that it would be sent with."""
    try:
        frame = frames.decode(data)
    except InputError:
        return
    assert frames.encode(frame) == data
