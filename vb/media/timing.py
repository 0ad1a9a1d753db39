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
class Pace:
    """At most ``per_s * (1 + more)`` pictures a second over time, each as soon as that allows.

    What draws sixty times a second never does so quite evenly: a picture may come up to ``early`` of an
    interval before its time, so that a small hurry costs no wait, and pictures do not drift behind. ``more``
    is what is allowed above ``per_s``: what draws just so often would wait for ever after one hurry.
    """

    per_s: float
    early: float = 0.5
    more: float = 0.02
    _next: float = field(default=float("-inf"))

    def rest_s(self, now: float) -> float:
        """How long to wait until a picture may be taken; 0 when one may be taken now."""
        return max(0.0, self._next - self.early / self.per_s - now)

    def took(self, now: float) -> None:
        """One was taken."""
        self._next = max(now, self._next) + 1 / (self.per_s * (1 + self.more))


@dataclass(slots=True)
class Settling:
    """When a screen is worth a picture: after each change, and a few times while it comes to rest.

    The encoder makes each picture of what stands still finer than the one before, so the later ones bring
    it to full sharpness; and a viewer notices that it lost the last packet, and gets it again. Then none.
    """

    late_s: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0)
    """When, counted from the last picture of a change."""
    _fresh: bool = False
    _since: float = field(default=float("-inf"))
    _late: int = 10**6

    def changed(self) -> None:
        """Something was drawn that no picture shows yet."""
        self._fresh = True

    def due(self, now: float) -> bool:
        """Whether a picture is to be taken now."""
        return self.rest_s(now) == 0

    def rest_s(self, now: float) -> float:
        """How long until the next picture if nothing changes; infinite when there is none to come."""
        if self._fresh:
            return 0.0
        if self._late >= len(self.late_s):
            return float("inf")
        return max(0.0, self._since + self.late_s[self._late] - now)

    def took(self, now: float) -> None:
        """A picture was taken. One that was not due is a keyframe, which has to become fine in its turn."""
        if self._fresh or not self.due(now):
            self._fresh, self._since, self._late = False, now, 0
        else:
            self._late += 1


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


@dataclass(slots=True)
class SoundClock:
    """Which moment each block of sound is of, and whether it comes too late to be heard.

    A source makes samples evenly, but hands some over late when the processor is short. A browser that is
    sent late sound was seen to keep all sound back for as long, for many seconds; where it is sent none it
    bridges the gap. Late is what comes ``late_s`` after the most punctual blocks of the last ``memory_s``
    to twice that. Where blocks stay late for ``patience_s``, samples are missing: the count skips them.
    Times are seconds since the origin of the timestamps.
    """

    rate_hz: int = AUDIO_CLOCK_HZ
    late_s: float = 0.06
    patience_s: float = 0.25
    memory_s: float = 5.0
    position: int = 0
    """Samples from the origin to the next block."""
    _before_s: float = field(default=float("inf"))
    _least_s: float = field(default=float("inf"))
    _turned_at: float = field(default=float("-inf"))
    _late_since: float | None = None

    def begin(self, now: float) -> None:
        """A source begins; the clock went on while there was none."""
        self.position = max(self.position, round(now * self.rate_hz))
        self._before_s = self._least_s = float("inf")
        self._turned_at, self._late_since = now, None

    def take(self, now: float, samples: int) -> int | None:
        """A block of ``samples`` was handed over: the samples before it, or None when it is too late."""
        position = self.position
        self.position += samples
        lag_s = now - self.position / self.rate_hz
        if now - self._turned_at > self.memory_s:
            self._before_s, self._least_s, self._turned_at = self._least_s, lag_s, now
        self._least_s = min(self._least_s, lag_s)
        over_s = lag_s - min(self._before_s, self._least_s)
        if over_s <= self.late_s:
            self._late_since = None
            return position
        if self._late_since is None:
            self._late_since = now
        if now - self._late_since <= self.patience_s:
            return None
        missing = round(over_s * self.rate_hz)
        self.position += missing
        self._late_since = None
        return position + missing
