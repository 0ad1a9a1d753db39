"""Who may drive. Pure: a frame passes when it comes from the holder of control, with control's epoch."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from vb.bucket import Bucket
from vb.protocol.input import InputError, InputFrame, Release, decode

RATE_PER_S = 1000.0
BURST = 1500.0
"""Frames a second, and at once; a page sends fewer (``app/static/js/pace.js``)."""


class Verdict(StrEnum):
    """What became of a frame."""

    TAKEN = "taken"
    NOT_HOLDER = "not_holder"
    OLD_EPOCH = "old_epoch"
    GARBAGE = "garbage"
    TOO_OFTEN = "too_often"


@dataclass(slots=True)
class InputGate:
    """The present holder (None: nobody) and epoch, and counters of what was taken and refused."""

    bucket: Bucket = field(default_factory=lambda: Bucket(RATE_PER_S, BURST))
    holder: str | None = None
    epoch: int = -1
    counts: Counter[Verdict] = field(default_factory=Counter)
    _flooded: bool = False

    def control(self, holder: str | None, epoch: int) -> bool:
        """Learn who drives now. True when that is a change, so that everything held must be let go.

        A lower epoch was overtaken on its way and says nothing, but for 0: the server's store was
        emptied and nobody drives. The highest epoch stays known even then: the next driver's is
        higher, and nobody else's counts any more.
        """
        if 0 < epoch < self.epoch:
            return False
        if epoch == 0:
            holder = None
        before = (self.holder, self.epoch)
        self.holder, self.epoch = holder, max(epoch, self.epoch)
        return (self.holder, self.epoch) != before

    def pass_frame(self, peer_id: str, data: bytes, now: float) -> InputFrame | None:
        """The frame if it may be carried out, None if not. ``now`` in monotonic seconds.

        The first frame of the driver's that is one too many becomes a release of everything: what is
        dropped after it may have been the end of a press.
        """
        verdict, frame = self._judge(peer_id, data, now)
        self.counts[verdict] += 1
        return frame

    def _judge(self, peer_id: str, data: bytes, now: float) -> tuple[Verdict, InputFrame | None]:
        if peer_id != self.holder:
            return Verdict.NOT_HOLDER, None
        if not self.bucket.take(now):
            first, self._flooded = not self._flooded, True
            return Verdict.TOO_OFTEN, Release(self.epoch) if first else None
        self._flooded = False
        try:
            frame = decode(data)
        except InputError:
            return Verdict.GARBAGE, None
        if frame.epoch != self.epoch:
            return Verdict.OLD_EPOCH, None
        return Verdict.TAKEN, frame
