"""Readiness probes: does the thing do its work? Never "a moment went by".

Each probe is cheap, never raises, and answers false while the answer is not yet yes.
"""

import asyncio
import contextlib
import os
import struct
from collections.abc import Callable
from typing import Any

from Xlib import X, display, error

_X_SETUP = struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0)
_ANSWER_S = 1.0
_WINDOW_SHARE = 0.5
"""A window counts as the browser's when it covers at least this share of the screen each way."""


class SocketProbe:
    """A Unix socket accepts a connection and answers ``question`` with bytes that start with ``answer``."""

    def __init__(self, path: str, question: bytes, answer: bytes) -> None:
        self._path = path
        self._question = question
        self._answer = answer

    async def __call__(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self._path)
        except OSError:
            return False
        try:
            writer.write(self._question)
            got = await asyncio.wait_for(reader.readexactly(len(self._answer)), _ANSWER_S)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        return got == self._answer


def x_socket(display_number: int) -> str:
    """Where the X server listens."""
    return f"/tmp/.X11-unix/X{display_number}"  # noqa: S108 - X's own path


def x_answers(display_number: int) -> SocketProbe:
    """The X server completes a connection's setup."""
    return SocketProbe(x_socket(display_number), _X_SETUP, b"\x01")


def bus_answers(path: str) -> SocketProbe:
    """The message bus lets this user in."""
    uid = str(os.getuid()).encode().hex()
    return SocketProbe(path, f"\0AUTH EXTERNAL {uid}\r\n".encode(), b"OK ")


class SinkProbe:
    """PulseAudio answers and has the named sink."""

    def __init__(self, server: str, sink: str, env: dict[str, str]) -> None:
        self._server = server
        self._sink = sink
        self._env = env

    async def __call__(self) -> bool:
        if not os.path.exists(self._server.removeprefix("unix:")):  # noqa: ASYNC240 - one stat in memory
            return False
        process = await asyncio.create_subprocess_exec(
            "pactl", "--server", self._server, "list", "short", "sinks",
            env=self._env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            out, _ = await asyncio.wait_for(process.communicate(), _ANSWER_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            return False
        return any(self._sink in line.split() for line in out.decode("utf-8", "replace").splitlines())


class XProbe:
    """Asks the X server ``question`` in a thread, over a connection that it keeps until the answer is yes."""

    def __init__(self, display_number: int, question: Callable[[Any], bool]) -> None:
        self._display_name = f":{display_number}"
        self._socket = x_socket(display_number)
        self._question = question
        self._connection: Any = None

    async def __call__(self) -> bool:
        return await asyncio.to_thread(self._ask)

    def _ask(self) -> bool:
        if not os.path.exists(self._socket):
            return False
        try:
            if self._connection is None:
                self._connection = display.Display(self._display_name)
            if not self._question(self._connection):
                return False
        except (error.DisplayError, error.XError, error.ConnectionClosedError, OSError):
            self._hang_up()
            return False
        self._hang_up()
        return True

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(error.ConnectionClosedError, OSError):
                connection.close()


def window_manager_rules(connection: Any) -> bool:
    """A window manager has announced itself (EWMH ``_NET_SUPPORTING_WM_CHECK``)."""
    atom = connection.intern_atom("_NET_SUPPORTING_WM_CHECK")
    return connection.screen().root.get_full_property(atom, X.AnyPropertyType) is not None


def big_window_is_mapped(connection: Any) -> bool:
    """A window with a class (a program's, not a helper's) that fills most of the screen is viewable."""
    screen = connection.screen()
    waiting = list(screen.root.query_tree().children)
    for window in waiting:
        geometry = window.get_geometry()
        if (
            geometry.width < screen.width_in_pixels * _WINDOW_SHARE
            or geometry.height < screen.height_in_pixels * _WINDOW_SHARE
            or window.get_attributes().map_state != X.IsViewable
        ):
            continue
        if window.get_wm_class():
            return True
        waiting.extend(window.query_tree().children)  # the window manager's frame: look inside
    return False
