"""Who may drive. Pure: a frame passes when it comes from the holder of control, with control's epoch.

The site tells page and agent of a new driver at the same time, on two ways. A page that hears it first sends
frames of an epoch that is still to come here: they are kept for a moment, and carried out if the news makes
them right. Otherwise somebody's first click or key would be lost on a busy machine.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from vb.bucket import Bucket
from vb.protocol.input import InputError, InputFrame, Release, decode

RATE_PER_S = 1000.0
BURST = 1500.0
"""Frames a second, and at once; a page sends fewer (``app/static/js/pace.js``)."""

EARLY_S = 3.0
"""How long a frame of an epoch to come is kept, in seconds."""
EARLY_FRAMES = 256
"""Most of them from one peer; what comes after is refused, so that what is kept has no gap."""
EARLY_PEERS = 16


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
    _early: dict[str, list[tuple[float, InputFrame]]] = field(default_factory=dict)

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
        """What the present driver sent before the news of it came, in order. To be asked after each change.

        All else that was kept is forgotten.
        """
        early, self._early = self._early, {}
        mine = early.get(self.holder or "", ())
        return [frame for at, frame in mine if frame.epoch == self.epoch and now - at <= EARLY_S]

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
        kept = self._early.get(peer_id, [])
        while kept and now - kept[0][0] > EARLY_S:
            kept.pop(0)
        if len(kept) >= EARLY_FRAMES or (not kept and len(self._early) >= EARLY_PEERS):
            return None
        try:
            frame = decode(data)
        except InputError:
            return None
        if frame.epoch <= self.epoch:
            return None
        kept.append((now, frame))
        self._early[peer_id] = kept
        return Verdict.EARLY
