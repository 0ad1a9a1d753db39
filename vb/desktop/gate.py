"""Who may drive. Pure: a frame passes when it comes from the holder of control, with control's epoch.

Frames of an epoch that is still to come are kept for a moment (``vb/early.py``).
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from vb.bucket import Bucket
from vb.early import Early
from vb.protocol.input import InputError, InputFrame, Release, decode

RATE_PER_S = 1000.0
BURST = 1500.0
"""Frames a second, and at once; a page sends fewer (``app/static/js/pace.js``)."""

EARLY_FRAMES = 256
"""Most frames of an epoch to come that are kept of one peer."""


class Verdict(StrEnum):
    """What became of a frame."""

    TAKEN = "taken"
    EARLY = "early"
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
    _early: Early[InputFrame] = field(default_factory=lambda: Early(EARLY_FRAMES))

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

    def early_frames(self, now: float) -> list[InputFrame]:
        """What the driver sent before the news of it came, in order. To be asked after each change."""
        return self._early.settle(self.holder, self.epoch, now)[0]

    def _judge(self, peer_id: str, data: bytes, now: float) -> tuple[Verdict, InputFrame | None]:
        if peer_id != self.holder:
            return self._keep(peer_id, data, now) or Verdict.NOT_HOLDER, None
        if not self.bucket.take(now):
            first, self._flooded = not self._flooded, True
            return Verdict.TOO_OFTEN, Release(self.epoch) if first else None
        self._flooded = False
        try:
            frame = decode(data)
        except InputError:
            return Verdict.GARBAGE, None
        if frame.epoch != self.epoch:
            return self._keep(peer_id, data, now) or Verdict.OLD_EPOCH, None
        return Verdict.TAKEN, frame

    def _keep(self, peer_id: str, data: bytes, now: float) -> Verdict | None:
        """EARLY if the frame is of an epoch to come and was kept."""
        try:
            frame = decode(data)
        except InputError:
            return None
        if frame.epoch <= self.epoch:
            return None
        self._early.late(now)
        return Verdict.EARLY if self._early.keep(peer_id, frame.epoch, frame, now) else None
