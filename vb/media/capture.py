"""Pictures of the X screen, as often as asked for but only when something has changed.

x11grab (libav) takes them; the DAMAGE extension tells whether a new one is worth handing on, so that a
page that stands still costs no conversion and no encode. A thread of its own; survives a restart of X.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from Xlib import X, display, error
from Xlib.ext import damage, xfixes

from vb.media.timing import Settling

_RETRY_S = 0.1
_log = logging.getLogger("vb.media")

X_GONE = (error.DisplayError, error.ConnectionClosedError, error.XError, av.FFmpegError, OSError)
"""What goes wrong when the X server is not there, or goes away."""


class Changes:
    """Whether the screen has changed since it was last asked. One X connection, one thread.

    ``size`` is the screen's, in pixels, as of the last call.

    Raises (constructor and ``any``): the errors in ``X_GONE`` when the X server does not answer.
    """

    def __init__(self, display_name: str) -> None:
        self._display: Any = display.Display(display_name)
        self._display.damage_query_version()
        self._display.xfixes_query_version()
        self._root = self._display.screen().root
        self._damage = self._root.damage_create(damage.DamageReportNonEmpty)
        self._display.xfixes_select_cursor_input(self._root, xfixes.XFixesDisplayCursorNotifyMask)
        self._root.change_attributes(event_mask=X.StructureNotifyMask)
        shown = self._root.get_geometry()
        self.size = (shown.width, shown.height)
        self._pointer = (-1, -1)

    def any(self) -> bool:
        """True when something was drawn, or the pointer moved or changed its shape, since the last call."""
        where = self._root.query_pointer()
        pointer = (where.root_x, where.root_y)
        seen = pointer != self._pointer
        self._pointer = pointer
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.ConfigureNotify:
                self.size = (event.width, event.height)
            seen = True
        if seen:
            self._display.damage_subtract(self._damage)
            self._display.flush()
        return seen

    def close(self) -> None:
        """Give the connection back."""
        with contextlib.suppress(*X_GONE):
            self._display.close()


class ScreenCapture:
    """Calls ``on_picture(frame, taken_at)`` from its thread for each picture worth encoding.

    ``wanted`` is asked at each tick whether a picture is needed though nothing has changed (a keyframe).
    Its pictures have the screen's size, whatever becomes of that. ``taken_at`` is monotonic seconds. The frame must not be changed; it may be kept.
    """

    def __init__(
        self,
        display_name: str,
        width: int,
        height: int,
        fps: int,
        on_picture: Callable[[VideoFrame, float], None],
        wanted: Callable[[], bool],
    ) -> None:
        self._display_name = display_name
        self._size = (width, height)
        self._fps = fps
        self._on_picture = on_picture
        self._wanted = wanted
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or begin again after ``stop``."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._ending,), name="capture", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; it does so within a tick. Does not wait. Idempotent."""
        self._ending.set()

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
        changes = Changes(self._display_name)
        try:
            self._size = changes.size
            with self._open() as container:
                settling = Settling()
                settling.changed(time.monotonic())
                for frame in container.decode(video=0):
                    taken_at = time.monotonic()
                    if ending.is_set():
                        return
                    if changes.any():
                        settling.changed(taken_at)
                    if changes.size != self._size:
                        return  # to begin again in the new one
                    if settling.due(taken_at) or self._wanted():
                        self._on_picture(frame, taken_at)
        finally:
            changes.close()

    def _open(self) -> InputContainer:
        size = "{}x{}".format(*self._size)
        options = {"video_size": size, "framerate": str(self._fps), "draw_mouse": "1"}
        options |= {"probesize": "32", "analyzeduration": "0"}
        return av.open(self._display_name, format="x11grab", options=options)
