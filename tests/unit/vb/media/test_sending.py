"""One stream to one viewer, on a wire that a test holds."""

from tests.support.aio import on_loop
from vb.media.frames import EncodedFrame
from vb.media.pacing import Pace
from vb.media.packets import Line, PacketStream
from vb.media.sending import REPEATS_AT_ONCE, Sending
from vb.peers.path import PathMeter


class Held:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.counted: list[tuple[int, int]] = []
        self.broken = False
        stream = PacketStream(Line(1, 96, 2, 97), 0, 0, 0, lambda: b"")
        self.sending = Sending(self, stream, PathMeter(), lambda: Pace(1_000_000, 30))

    def send(self, packets: list[bytes]) -> None:
        if self.broken:
            raise ConnectionError
        self.groups.append(len(packets))

    def count(self, stream: PacketStream, packets: int, payload_bytes: int) -> None:
        self.counted.append((packets, payload_bytes))


@on_loop
async def test_a_big_frame_goes_in_groups_a_usual_one_at_once() -> None:
    """All of it, counted once."""
    held = Held()
    await held.sending.send(EncodedFrame([bytes(1000)] * 4, 0, keyframe=False))
    assert held.groups == [4]
    await held.sending.send(EncodedFrame([bytes(1000)] * 40, 1, keyframe=True))
    assert len(held.groups) > 2
    assert sum(held.groups) == 44
    assert held.counted == [(4, 4000), (40, 40000)]


def test_a_usual_frame_needs_no_waiting() -> None:
    """A big one is left alone, whole."""
    held = Held()
    assert held.sending.at_once(EncodedFrame([bytes(1000)] * 4, 0, keyframe=True))
    assert not held.sending.at_once(EncodedFrame([bytes(1000)] * 40, 1, keyframe=True))
    assert (held.groups, held.counted) == ([4], [(4, 4000)])


@on_loop
async def test_a_viewer_cannot_make_it_repeat_without_end() -> None:
    """What it asks for beyond any loss is not sent."""
    held = Held()
    await held.sending.send(EncodedFrame([b"x"] * 2000, 0, keyframe=True))
    before = sum(held.groups)
    for number in range(2000):
        held.sending.repeat(number)
    assert sum(held.groups) - before == REPEATS_AT_ONCE


@on_loop
async def test_all_of_a_keyframe_can_be_repeated_whatever_was_repeated_before() -> None:
    """A path that was found too narrow has just lost much, which no keyframe shall wait for."""
    held = Held()
    await held.sending.send(EncodedFrame([b"x"] * 40, 0, keyframe=True))
    for number in range(40):
        held.sending.repeat(number)
    await held.sending.send(EncodedFrame([b"x"] * 20, 1, keyframe=True))
    before = sum(held.groups)
    for number in range(40, 60):
        held.sending.repeat(number)
    assert sum(held.groups) - before == 20


@on_loop
async def test_repeats_go_two_times_while_there_is_room_for_it() -> None:
    """The half that is left is for packets that were not repeated at all."""
    held = Held()
    await held.sending.send(EncodedFrame([b"x"] * 40, 0, keyframe=True))
    held.sending.twice = True
    before = len(held.groups)
    held.sending.repeat(0)
    assert len(held.groups) - before == 2
    for number in range(1, 40):
        held.sending.repeat(number)
    half = REPEATS_AT_ONCE / 2
    assert len(held.groups) - before == half + half


@on_loop
async def test_padding_is_as_much_as_was_asked_for() -> None:
    """Nothing when nothing was sent yet; a connection that has gone is no harm."""
    held = Held()
    held.sending.pad(5000)
    assert held.groups == []
    await held.sending.send(EncodedFrame([bytes(1000)], 0, keyframe=True))
    held.sending.pad(5000)
    assert 5 <= sum(held.groups) - 1 <= 6
    held.broken = True
    held.sending.pad(5000)
    held.sending.repeat(0)
