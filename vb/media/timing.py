"""Times of media: RTP clocks, pacing of keyframe requests, rates. Pure: ``now`` is monotonic seconds."""

from collections import deque
from dataclasses import dataclass, field

VIDEO_CLOCK_HZ = 90_000
AUDIO_CLOCK_HZ = 48_000


def video_pts(captured_s: float, origin_s: float) -> int:
    """Presentation time in 1/90000 s of a picture taken at ``captured_s``; never negative."""
    return max(0, round((captured_s - origin_s) * VIDEO_CLOCK_HZ))


@dataclass(slots=True)
class KeyframeGate:
    """Many ask for a keyframe; few are made.

    All that ask before the next picture share one. Two keyframes are at least ``spacing_s`` apart,
    so that a viewer with losses cannot make everyone's stream all keyframes; a newcomer may jump that.
    """

    spacing_s: float = 0.5
    newcomer_spacing_s: float = 0.1
    _wanted: bool = False
    _newcomer: bool = False
    _last: float = field(default=float("-inf"))

    def ask(self, *, newcomer: bool = False) -> None:
        """A viewer needs a keyframe; ``newcomer`` when it has seen nothing yet."""
        self._wanted = True
        self._newcomer = self._newcomer or newcomer

    def take(self, now: float) -> bool:
        """Whether the picture that is encoded now shall be a keyframe; if so, the wish is granted."""
        if not self.due(now):
            return False
        self._wanted = self._newcomer = False
        self._last = now
        return True

    def due(self, now: float) -> bool:
        """Whether somebody waits and enough time has passed."""
        spacing = self.newcomer_spacing_s if self._newcomer else self.spacing_s
        return self._wanted and now - self._last >= spacing


@dataclass(slots=True)
class Rate:
    """Events per second over the last ``window_s`` seconds."""

    window_s: float = 2.0
    _times: deque[float] = field(default_factory=deque)

    def count(self, now: float) -> None:
        """One event."""
        self._times.append(now)
        self._forget(now)

    def per_s(self, now: float) -> float:
        """The rate now."""
        self._forget(now)
        return len(self._times) / self.window_s

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] <= now - self.window_s:
            self._times.popleft()


@dataclass(slots=True)
class SilenceGate:
    """Whether a block of sound is worth sending: all but what follows ``hold_s`` seconds of pure silence."""

    hold_s: float = 1.0
    _silent_s: float = 0.0

    def open(self, *, silent: bool, duration_s: float) -> bool:
        """Account for a block of ``duration_s`` seconds."""
        self._silent_s = self._silent_s + duration_s if silent else 0.0
        return self._silent_s <= self.hold_s
