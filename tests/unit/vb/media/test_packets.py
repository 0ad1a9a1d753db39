"""RTP packets, read back by aiortc's parser."""

from aiortc.rtp import RtpPacket, unwrap_rtx

from vb.media.frames import EncodedFrame
from vb.media.packets import HISTORY, REPEAT_S, Line, PacketStream

LINE = Line(ssrc=7, payload_type=96, rtx_ssrc=8, rtx_type=97)
_EXTENSION = b"\xbe\xde\x00\x01\x22abc"


def stream(line: Line = LINE, number: int = 65534) -> PacketStream:
    return PacketStream(line, number, 2**32 - 1, 5, lambda: _EXTENSION)


def frame(*payloads: bytes, timestamp: int = 1, keyframe: bool = False) -> EncodedFrame:
    return EncodedFrame(list(payloads), timestamp, keyframe)


def send(made: PacketStream, one: EncodedFrame) -> list[RtpPacket]:
    groups = list(made.cut(one, [len(one.payloads)]))
    return [RtpPacket.parse(packet) for group in groups for packet in group]


def test_a_frame_becomes_packets() -> None:
    """Numbers and timestamps wrap around; the last packet has the marker."""
    made = stream()
    packets = send(made, frame(b"a", b"b", b"c"))
    assert [packet.sequence_number for packet in packets] == [65534, 65535, 0]
    assert [packet.marker for packet in packets] == [0, 0, 1]
    assert {(packet.ssrc, packet.payload_type, packet.timestamp) for packet in packets} == {(7, 96, 0)}
    assert [packet.payload for packet in packets] == [b"a", b"b", b"c"]
    assert made.timestamp == 0


def test_groups_are_made_when_asked_for() -> None:
    """So that their send times are true."""
    groups = stream().cut(frame(b"a", b"b", b"c"), [2, 1])
    assert [len(group) for group in groups] == [2, 1]


def test_a_lost_packet_is_repeated() -> None:
    """In the stream for that (RFC 4588), not twice in a moment; only the first time counts as a loss."""
    made = stream()
    send(made, frame(b"a", b"b", keyframe=True))
    packet, first = made.lost(65535, 1.0)
    assert packet is not None
    assert first
    again = RtpPacket.parse(packet)
    assert (again.ssrc, again.payload_type, again.sequence_number) == (8, 97, 5)
    original = unwrap_rtx(again, payload_type=96, ssrc=7)
    assert (original.sequence_number, original.payload, original.marker) == (65535, b"b", 1)
    assert made.lost(65535, 1.0 + REPEAT_S / 2) == (None, False)
    packet, first = made.lost(65535, 1.0 + 2 * REPEAT_S)
    assert packet is not None
    assert not first
    assert made.lost(123, 2.0) == (None, False)


def test_without_retransmission_a_packet_is_repeated_as_it_was() -> None:
    """And there is no padding: it would be taken for the stream."""
    made = stream(Line(7, 96))
    [sent] = send(made, frame(b"a"))
    packet, _ = made.lost(65534, 1.0)
    assert packet is not None
    assert RtpPacket.parse(packet).payload == sent.payload
    assert made.padding() is None


def test_what_came_before_a_keyframe_is_not_repeated() -> None:
    """Nobody needs it any more."""
    made = stream(number=10)
    send(made, frame(b"a"))
    send(made, frame(b"b", keyframe=True))
    assert made.lost(10, 1.0)[0] is None
    assert made.lost(11, 1.0)[0] is not None


def test_only_so_many_are_remembered() -> None:
    """The newest."""
    made = stream(number=0)
    for _ in range(HISTORY + 100):
        send(made, frame(b"a"))
    assert len(made._kept) == HISTORY
    assert made.lost(99, 1.0)[0] is None
    assert made.lost(100, 1.0)[0] is not None


def test_a_packet_can_be_repeated_again_at_once() -> None:
    """Under a retransmission number of its own; not one that is forgotten."""
    made = stream(number=100)
    send(made, frame(b"a", b"b"))
    first, second = made.lost(100, 1.0)[0], made.again(100)
    assert first is not None
    assert second is not None
    one, other = RtpPacket.parse(first), RtpPacket.parse(second)
    assert other.sequence_number == one.sequence_number + 1
    assert unwrap_rtx(other, 96, 7).payload == unwrap_rtx(one, 96, 7).payload == b"a"
    assert made.again(99) is None


def test_padding_repeats_what_the_viewer_has() -> None:
    """None before anything was sent; then the newest packets in turn."""
    made = stream()
    assert made.padding() is None
    send(made, frame(b"a", b"b"))
    padding = [made.padding() for _ in range(4)]
    payloads = [unwrap_rtx(RtpPacket.parse(packet or b""), 96, 7).payload for packet in padding]
    assert sorted(payloads) == [b"a", b"a", b"b", b"b"]
