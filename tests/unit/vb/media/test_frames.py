"""What flows from encoders to viewers."""

from vb.media.frames import EncodedFrame, VideoCodec


def test_a_frame_knows_its_size() -> None:
    """All payloads together."""
    assert EncodedFrame([b"abc", b"de"], 0, keyframe=True).size_bytes == 5


def test_codecs_are_named_as_in_sdp() -> None:
    """The names are compared with those of the negotiated codec."""
    assert [str(codec) for codec in VideoCodec] == ["H264", "VP8"]
