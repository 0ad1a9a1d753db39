"""Whether the X screen has changed: the DAMAGE extension, so that nothing is done while nothing is drawn.

One X connection for one thread; ``poke`` may come from any.
"""

import contextlib
import os
import select
import threading
from typing import Any

import av
from Xlib import X, display, error
from Xlib.ext import damage, xfixes

X_GONE = (error.DisplayError, error.ConnectionClosedError, error.XError, av.FFmpegError, OSError)
"""What goes wrong when the X server is not there, or goes away."""


class Changes:
    """Tells of drawing on the screen, and of its size.

    ``size`` is the screen's, in pixels, as of the last ``wait``. With ``pointer``, its motion and its shape
    are changes as well (motion only as of the moment when ``wait`` returns: X sends no events for it).

    Raises (constructor, ``wait`` and ``take``): the errors in ``X_GONE`` when the X server does not answer.
    """

    def __init__(self, display_name: str, *, pointer: bool = False) -> None:
        self._display: Any = display.Display(display_name)
        self._display.damage_query_version()
        self._display.xfixes_query_version()
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.StructureNotifyMask)
        self._damage = self._root.damage_create(damage.DamageReportNonEmpty)
        self._follow_pointer = pointer
        self._pointer = (-1, -1)
        if pointer:
            self._display.xfixes_select_cursor_input(self._root, xfixes.XFixesDisplayCursorNotifyMask)
        shown = self._root.get_geometry()
        self.size = (int(shown.width), int(shown.height))
        self._pending = False
        self._woken, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._lock = threading.Lock()
        self._closed = False

    def wait(self, timeout_s: float) -> bool:
        """Wait at most so long, less after a ``poke``; whether anything has changed since ``take``."""
        self._read()
        if not self._pending:
            ready, _, _ = select.select([self._display, self._woken], [], [], max(0.0, timeout_s))
            if self._woken in ready:
                os.read(self._woken, 65536)
            self._read()
        if self._follow_pointer:
            where = self._root.query_pointer()
            pointer = (where.root_x, where.root_y)
            self._pending = self._pending or pointer != self._pointer
            self._pointer = pointer
        return self._pending

    def take(self) -> None:
        """Begin to watch anew: whatever is drawn once this has returned is told by ``wait``."""
        self._read()
        self._pending = False
        self._display.damage_subtract(self._damage)
        self._display.sync()  # the picture that is taken next must not be older than the new watch

    def _read(self) -> None:
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.ConfigureNotify and event.window == self._root:
                self.size = (int(event.width), int(event.height))
            self._pending = True

    def poke(self) -> None:
        """Have ``wait`` return now. From any thread."""
        with self._lock, contextlib.suppress(BlockingIOError):  # full: it returns anyway
            if not self._closed:  # the number may be another file's by now
                os.write(self._waker, b"\0")

    def close(self) -> None:
        """Give everything back. By the thread that waits."""
        with contextlib.suppress(*X_GONE):
            self._display.close()
        with self._lock:
            self._closed = True
            os.close(self._woken)
            os.close(self._waker)
