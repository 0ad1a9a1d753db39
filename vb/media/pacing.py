"""When the packets of a frame go out. Pure.

A frame of the usual size goes at once. Of a bigger one (a keyframe, a new page) only so much does as a path
takes in any case; the rest is spread over some milliseconds, lest it overrun the queue of a home's line. On a
path that was just found too narrow it goes packet by packet, as slowly as that carries it.
"""

from dataclasses import dataclass
from math import ceil

SPREAD_S = 0.02
"""No frame takes longer than this."""
STEP_S = 0.002
NARROW_STEP_S = 0.015
LEAST_BURST_BYTES = 8_000
HEADROOM = 4.0
"""How much faster than the tier's rate a big frame goes."""
NARROW_BURST_BYTES = 3_000
NARROW_SPREAD_S = 0.3
"""On a narrow path: what goes at once, and the longest time that the rest is given."""


@dataclass(frozen=True, slots=True)
class Pace:
    """For a stream of at most ``bitrate_bps`` in ``fps`` frames a second.

    ``estimate_bps`` is what its path is thought to carry, if known; ``carried_bps`` what it carried when, a
    moment ago, it was found too narrow.
    """

    bitrate_bps: float
    fps: float
    estimate_bps: float | None = None
    carried_bps: float | None = None

    @property
    def step_s(self) -> float:
        """The time between two groups of packets."""
        return STEP_S if self.carried_bps is None else NARROW_STEP_S

    @property
    def burst_bytes(self) -> float:
        """What may go at once: one and a half frames of the most that the stream takes on average."""
        if self.carried_bps is not None:
            return max(NARROW_BURST_BYTES, self.bitrate_bps / 8 / self.fps)
        return max(LEAST_BURST_BYTES, 1.5 * self.bitrate_bps / 8 / self.fps)

    def counts(self, sizes: list[int]) -> list[int]:
        """How many packets of these sizes (bytes) go at once, then after each ``step_s`` seconds."""
        total = sum(sizes)
        if total <= self.burst_bytes:
            return [len(sizes)]
        over = total - self.burst_bytes
        rate, spread_s = HEADROOM * max(self.bitrate_bps, self.estimate_bps or 0.0) / 8, SPREAD_S
        if self.carried_bps is not None:
            rate, spread_s = max(self.carried_bps, self.bitrate_bps) / 8, NARROW_SPREAD_S
        steps = max(1, min(ceil(over / (rate * self.step_s)), round(spread_s / self.step_s)))
        allowed, sent, counts = self.burst_bytes, 0, [0]
        for size in sizes:
            if sent + size > allowed and len(counts) <= steps:
                allowed += over / steps
                counts.append(0)
            counts[-1] += 1
            sent += size
        return [count for count in counts if count]
