"""Pictures of the X screen: soon after something was drawn, hardly more often than asked for, none otherwise.

x11grab (libav) takes them when it is told to; ``vb.media.changes`` tells when. A thread of its own; survives
a restart of X and another size of the screen.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from vb.media.changes import X_GONE, Changes
from vb.media.timing import Pace, Settling

_RETRY_S = 0.1
_IDLE_S = 0.25
"""How long the thread sleeps at most: a stop is noticed so late, and a wish that nobody poked for."""
_GRABS_PER_S = 1000
"""x11grab keeps a beat of its own, which must never be what we wait for."""
_log = logging.getLogger("vb.media")


class ScreenCapture:
    """Calls ``on_picture(frame, taken_at)`` from its thread for each picture worth encoding.

    A picture is taken as soon as something was drawn, but over time at most ``fps`` a second and two in a
    hundred more (``Pace``; two may come half an interval apart); then a few more while the screen comes to
    rest (``Settling``); and whenever ``wanted`` says that one is needed though nothing has changed (a
    keyframe), which is asked at once after ``poke`` and at times by itself. Pictures are ``bgr0``, of the
    screen's own size whatever becomes of that; ``width`` and ``height`` are what it is at first.
    ``taken_at`` is monotonic seconds. A frame must not be changed; it may be kept. With ``pointer`` it is
    drawn into the pictures, and its motion is a change.
    """

    def __init__(
        self,
        display_name: str,
        width: int,
        height: int,
        fps: int,
        on_picture: Callable[[VideoFrame, float], None],
        wanted: Callable[[], bool],
        *,
        pointer: bool = False,
    ) -> None:
        self._display_name = display_name
        self._size = (width, height)
        self._fps = fps
        self._on_picture = on_picture
        self._wanted = wanted
        self._pointer = pointer
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._changes: Changes | None = None

    def start(self) -> None:
        """Begin, or begin again after ``stop``."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._ending,), name="capture", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; it does so at once. Does not wait. Idempotent."""
        self._ending.set()
        self.poke()

    def poke(self) -> None:
        """Ask ``wanted`` now. From any thread."""
        changes = self._changes
        if changes is not None:
            changes.poke()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end. Blocks."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, ending: threading.Event) -> None:
        while not ending.is_set():
            try:
                self._watch(ending)
            except X_GONE as problem:
                _log.debug("the screen cannot be read: %s", problem)
                ending.wait(_RETRY_S)

    def _watch(self, ending: threading.Event) -> None:
        changes = Changes(self._display_name, pointer=self._pointer)
        try:
            self._changes = changes
            self._size = changes.size
            with self._open() as container:
                self._follow(changes, container.decode(video=0), ending)
        finally:
            self._changes = None
            changes.close()

    def _follow(self, changes: Changes, pictures: Iterator[VideoFrame], ending: threading.Event) -> None:
        """Until it shall end, there are no more pictures, or the screen has another size."""
        pace, settling = Pace(self._fps), Settling()
        settling.changed()
        idle_s = min(_IDLE_S, 1 / self._fps) if self._pointer else _IDLE_S
        while not ending.is_set():
            if changes.wait(min(idle_s, settling.rest_s(time.monotonic()))):
                settling.changed()
            if changes.size != self._size:
                return  # to begin again in the new one
            if not settling.due(time.monotonic()) and not self._wanted():
                continue
            if ending.wait(pace.rest_s(time.monotonic())):
                return
            changes.take()
            taken_at = time.monotonic()
            frame = next(pictures, None)
            if frame is None:  # x11grab has come to an end
                ending.wait(_RETRY_S)
                return
            pace.took(taken_at)
            settling.took(taken_at)
            self._on_picture(frame, taken_at)

    def _open(self) -> InputContainer:
        options = {
            "video_size": "{}x{}".format(*self._size),
            "framerate": str(_GRABS_PER_S),
            "draw_mouse": str(int(self._pointer)),
            "probesize": "32",
            "analyzeduration": "0",
        }
        return av.open(self._display_name, format="x11grab", options=options)
