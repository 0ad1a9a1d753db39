"""Times of media: RTP clocks, keyframe requests, what is worth sending. Pure: monotonic seconds."""

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
class Settling:
    """Which pictures of a screen are worth sending: those of a change, and a few after the last one.

    The pictures within ``tail_s`` of a change catch what the first has missed; two later ones let a viewer
    notice that it lost the last packet, and get it again.
    """

    tail_s: float = 0.12
    late_s: tuple[float, ...] = (0.5, 1.5)
    _changed_at: float = field(default=float("-inf"))
    _late: int = 0

    def changed(self, now: float) -> None:
        """Something was drawn."""
        self._changed_at = now
        self._late = 0

    def due(self, now: float) -> bool:
        """Whether the picture of this moment is to be sent."""
        age = now - self._changed_at
        if age <= self.tail_s:
            return True
        if self._late < len(self.late_s) and age >= self.late_s[self._late]:
            self._late += 1
            return age < self.late_s[-1] + 1.0
        return False


@dataclass(slots=True)
class StillPatience:
    """Tells a needless keyframe request from a real one.

    A browser that has decoded nothing for 3 s asks for a keyframe, also when nothing was sent because
    nothing moves; once it has heard nothing for 5 s it takes the stream for paused and asks no more. So
    the first request after ``quiet_s`` without a picture is passed over; a second one means it.
    """

    quiet_s: float = 2.5
    _passed_over: bool = False
    _sent_at: float | None = None

    def sent(self, now: float) -> None:
        """A picture went out."""
        self._sent_at = now
        self._passed_over = False

    def needless(self, now: float) -> bool:
        """Whether a request that comes now is to be passed over."""
        if self._sent_at is None or now - self._sent_at < self.quiet_s or self._passed_over:
            return False
        self._passed_over = True
        return True


@dataclass(slots=True)
class SilenceGate:
    """Whether a block of sound is worth sending: all but what follows ``hold_s`` seconds of pure silence."""

    hold_s: float = 1.0
    _silent_s: float = 0.0

    def open(self, *, silent: bool, duration_s: float) -> bool:
        """Account for a block of ``duration_s`` seconds."""
        self._silent_s = self._silent_s + duration_s if silent else 0.0
        return self._silent_s <= self.hold_s
