"""When the packets of a frame go out. Pure.

A frame of the usual size goes at once. Of a bigger one (a keyframe, a new page) only so much does as a path
takes in any case; the rest is spread over some milliseconds, lest it overrun the queue of a home's line.
"""

from dataclasses import dataclass
from math import ceil

SPREAD_S = 0.02
"""No frame takes longer than this."""
STEP_S = 0.002
LEAST_BURST_BYTES = 8_000
HEADROOM = 4.0
"""How much faster than the tier's rate a big frame goes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """For a stream of at most ``bitrate_bps`` in ``fps`` frames a second.

    ``estimate_bps`` is what its path is thought to carry, if known.
    """

    bitrate_bps: float
    fps: float
    estimate_bps: float | None = None

    @property
    def burst_bytes(self) -> float:
        """What may go at once: one and a half frames of the most that the stream takes on average."""
        return max(LEAST_BURST_BYTES, 1.5 * self.bitrate_bps / 8 / self.fps)

    def counts(self, sizes: list[int]) -> list[int]:
        """How many packets of these sizes (bytes) go at once, then after each ``STEP_S`` seconds."""
        total = sum(sizes)
        if total <= self.burst_bytes:
            return [len(sizes)]
        rate = HEADROOM * max(self.bitrate_bps, self.estimate_bps or 0.0) / 8
        over = total - self.burst_bytes
        steps = max(1, min(ceil(over / (rate * STEP_S)), round(SPREAD_S / STEP_S)))
        allowed, sent, counts = self.burst_bytes, 0, [0]
        for size in sizes:
            if sent + size > allowed and len(counts) <= steps:
                allowed += over / steps
                counts.append(0)
            counts[-1] += 1
            sent += size
        return [count for count in counts if count]
