"""What is heard of a viewer's path, gathered into reports. Pure but for the caller's clock."""

from vb.media.rates import Rate
from vb.peers.fitting import Report

_ENOUGH_PACKETS = 15
"""Loss among fewer says nothing."""
_FRESH_S = 1.5
"""How long a round trip is worth knowing."""


class PathMeter:
    """Takes what the sender does and hears; times are monotonic seconds."""

    def __init__(self) -> None:
        self._bytes = Rate(1.0)
        self._packets = Rate(0.5)
        self._missed = Rate(0.5)
        self._expected = Rate(0.5)
        self._lost = Rate(0.5)
        self._highest: int | None = None
        self._rtt: tuple[float, float] | None = None
        self.estimate_bps: float | None = None

    def sent(self, now: float, packets: int, size_bytes: int) -> None:
        """Packets of the stream went out."""
        self._packets.add(now, packets)
        self._bytes.add(now, size_bytes)

    def missed(self, now: float) -> None:
        """The viewer misses a packet (NACK), for the first time."""
        self._missed.add(now, 1)

    def reported(self, now: float, loss: float, highest: int) -> None:
        """A receiver report: the share lost since the last one; the highest sequence number, 32 bits."""
        if self._highest is not None:
            expected = (highest - self._highest) & 0xFFFFFFFF
            if expected < 2**31:  # not one that was overtaken
                self._expected.add(now, expected)
                self._lost.add(now, loss * expected)
        self._highest = highest

    def round_trip(self, now: float, rtt_s: float) -> None:
        """How long it took to there and back."""
        self._rtt = (now, rtt_s)

    def report(self, now: float) -> Report:
        """How the path stands: loss as the viewer missed packets or as it counted them, whichever is more."""
        loss, packets = max(
            _share(self._missed.total(now), self._packets.total(now)),
            _share(self._lost.total(now), self._expected.total(now)),
        )
        rtt_s = self._rtt[1] if self._rtt is not None and now - self._rtt[0] < _FRESH_S else None
        return Report(now, 8 * self._bytes.per_s(now), loss, rtt_s, self.estimate_bps, packets)


def _share(lost: float, packets: float) -> tuple[float, int]:
    return (min(1.0, lost / packets) if packets >= _ENOUGH_PACKETS else 0.0), round(packets)
