"""The screen's size, changed while everything on it goes on.

Xvfb sets memory aside for the size that it is started with and then shows any smaller one (RandR 1.2; about
2 ms). The memory of what is not shown is never touched, so that it costs nothing.
"""

import asyncio
import contextlib
import logging
import threading
from pathlib import Path
from typing import Any

from Xlib import X, display, error
from Xlib.ext import randr

DPI = 96
_MM_PER_INCH = 25.4
_GONE = (error.DisplayError, error.ConnectionClosedError, error.XError, OSError)
_log = logging.getLogger("vb.desktop")


class LiveScreen:
    """The screen ``display_name`` and the size in pixels that it shall have. Called, it is its probe."""

    def __init__(self, display_name: str, width: int, height: int) -> None:
        self._display_name = display_name
        self._socket = Path(f"/tmp/.X11-unix/X{display_name.removeprefix(':')}")  # noqa: S108 - X's own path
        self._lock = threading.Lock()
        self.size = (width, height)

    @property
    def display(self) -> str:
        """The display's name, as in ``DISPLAY``."""
        return self._display_name

    async def __call__(self) -> bool:
        """Whether the X server answers and has the size: a new one (X was restarted) is given it."""
        return await asyncio.to_thread(self._apply, self.size)

    async def resize(self, width: int, height: int) -> bool:
        """Change the size. False when X does not do it: then it stays as it was."""
        if not await asyncio.to_thread(self._apply, (width, height)):
            return False
        self.size = (width, height)
        _log.info("the screen is %d x %d", width, height)
        return True

    def _apply(self, size: tuple[int, int]) -> bool:
        with self._lock:
            if not self._socket.exists():
                return False  # the library would go on to try the network
            try:
                connection: Any = display.Display(self._display_name)
            except _GONE:
                return False
            try:
                return fit(connection, *size)
            except _GONE as problem:
                _log.warning("the screen cannot be made %d x %d: %s", *size, problem)
                return False
            finally:
                with contextlib.suppress(*_GONE):
                    connection.close()


def fit(connection: Any, width: int, height: int) -> bool:
    """Give the screen and its one output this size, in pixels; True when both have it. Idempotent. Blocking.

    False when it is larger than the size that the server was started with. The output is off in between: it
    may never reach beyond the screen. Programs learn of it as of another monitor (RRScreenChangeNotify), and
    the window manager fits maximised windows to it.

    Raises:
        ConnectionClosedError, OSError: the server is gone.
    """
    root = connection.screen().root
    if _is_size(connection, root, width, height):
        return True
    limits = root.xrandr_get_screen_size_range()
    if width > limits.max_width or height > limits.max_height:
        return False
    resources = root.xrandr_get_screen_resources()
    mode = _mode(resources, width, height)
    if mode is None:
        mode = _make_mode(connection, root, resources.outputs[0], width, height)
    connection.grab_server()  # nobody sees a half of it
    try:
        _show(connection, resources, 0, [])
        root.xrandr_set_screen_size(width, height, _millimetres(width), _millimetres(height))
        _show(connection, resources, mode, resources.outputs)
    finally:
        connection.ungrab_server()
        connection.sync()
    return _is_size(connection, root, width, height)


def _is_size(connection: Any, root: Any, width: int, height: int) -> bool:
    shown = root.get_geometry()
    resources = root.xrandr_get_screen_resources()
    crtc = connection.xrandr_get_crtc_info(resources.crtcs[0], resources.config_timestamp)
    return (shown.width, shown.height) == (crtc.width, crtc.height) == (width, height)


def _show(connection: Any, resources: Any, mode: int, outputs: list[int]) -> None:
    connection.xrandr_set_crtc_config(
        resources.crtcs[0], resources.config_timestamp, 0, 0, mode, randr.Rotate_0, outputs, X.CurrentTime
    )


def _mode(resources: Any, width: int, height: int) -> int | None:
    """The mode of this size, if there is one already."""
    modes = (mode.id for mode in resources.modes if (mode.width, mode.height) == (width, height))
    return next(modes, None)


def _make_mode(connection: Any, root: Any, output: int, width: int, height: int) -> int:
    """A mode without blanking: nothing is sent to a tube."""
    name = f"{width}x{height}"
    timing = (0, width, height, width * height * 60, 0, 0, width, 0, 0, 0, height, len(name), 0)
    made = int(root.xrandr_create_mode(timing, name).mode)
    connection.xrandr_add_output_mode(output, made)
    return made


def _millimetres(pixels: int) -> int:
    return round(pixels * _MM_PER_INCH / DPI)
