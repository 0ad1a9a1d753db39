"""What flows from the encoders to the viewers. Values only."""

from dataclasses import dataclass
from enum import StrEnum


class VideoCodec(StrEnum):
    """Codecs that pictures are encoded with; the value is the MIME type's second half."""

    H264 = "H264"
    VP8 = "VP8"


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One encoded picture or block of sound, cut into RTP payloads once for all viewers.

    ``timestamp`` counts in the codec's RTP clock (1/90000 s for pictures, 1/48000 s for sound).
    ``keyframe`` is true when it can be decoded without any before it; sound always can.
    """

    payloads: list[bytes]
    timestamp: int
    keyframe: bool

    @property
    def size_bytes(self) -> int:
        """All payloads together."""
        return sum(map(len, self.payloads))
