"""What is done for a path that loses packets, beside repeating them. Pure.

How long a viewer's browser shall keep pictures before it shows them: not at all on a good path. Where packets
are lost, each loss would hold up the picture for a round trip, several times a second: then as long as a
repeated packet takes, while losses go on and a while after. And whether repeats go out two times.
"""

from dataclasses import dataclass, field

LOSS = 0.005
HOLD_S = 5.0
MOST_S = 0.3
TWICE_LOSS = 0.015
_CLEAR_S = 0.05
_SLACK_S = 0.04
_USUAL_ROUND_TRIP_S = 0.06
_GRAIN_S = 0.01


def repeat_twice(loss: float, rtt_s: float | None, least_rtt_s: float | None) -> bool:
    """Whether a repeat would too often be lost, too, and there is no queue that the second would lengthen.

    ``loss``: the share of packets lost lately; round trips in seconds, at present and without a queue.
    """
    queue_s = 0.0 if rtt_s is None or least_rtt_s is None else rtt_s - least_rtt_s
    return loss >= TWICE_LOSS and queue_s < _CLEAR_S


@dataclass(slots=True)
class Cushion:
    """Steady: it grows with the round trip, and shrinks only when the losses are over."""

    _delay_s: float = 0.0
    _lost_at: float = field(default=float("-inf"))

    def delay_s(self, now: float, loss: float, rtt_s: float | None) -> float:
        """Seconds, for a share ``loss`` of packets lost lately and a round trip."""
        if loss >= LOSS:
            self._lost_at = now
            round_trip_s = _USUAL_ROUND_TRIP_S if rtt_s is None else rtt_s
            wanted = min(MOST_S, 1.5 * round_trip_s + _SLACK_S)
            if wanted > self._delay_s + 2 * _GRAIN_S:
                self._delay_s = _GRAIN_S * round(wanted / _GRAIN_S)
        elif now - self._lost_at > HOLD_S:
            self._delay_s = 0.0
        return self._delay_s
