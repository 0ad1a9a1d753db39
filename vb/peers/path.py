"""What is heard of a viewer's path, gathered into reports. Pure but for the caller's clock."""

from vb.media.rates import Rate
from vb.peers.fitting import Report

_ENOUGH_PACKETS = 15
"""Loss among fewer says nothing."""


class PathMeter:
    """Takes what the sender does and hears; times are monotonic seconds."""

    def __init__(self) -> None:
        self._bytes = Rate(1.0)
        self._packets = Rate(0.5)
        self._lost = Rate(0.5)
        self._reported_loss = 0.0
        self._rtt_s: float | None = None
        self.estimate_bps: float | None = None

    def sent(self, now: float, packets: int, size_bytes: int) -> None:
        """Packets of the stream went out."""
        self._packets.add(now, packets)
        self._bytes.add(now, size_bytes)

    def missed(self, now: float) -> None:
        """The viewer misses a packet (NACK), for the first time."""
        self._lost.add(now, 1)

    def reported(self, loss: float, rtt_s: float | None) -> None:
        """A receiver report: the share lost since the last one; the round trip in seconds, if told."""
        self._reported_loss = loss
        if rtt_s is not None:
            self._rtt_s = rtt_s

    def report(self, now: float) -> Report:
        """How the path stands. A receiver report counts once."""
        packets = self._packets.total(now)
        loss = min(1.0, self._lost.total(now) / packets) if packets >= _ENOUGH_PACKETS else 0.0
        loss = max(loss, self._reported_loss if packets >= _ENOUGH_PACKETS else 0.0)
        self._reported_loss = 0.0
        return Report(now, 8 * self._bytes.per_s(now), loss, self._rtt_s, self.estimate_bps)
