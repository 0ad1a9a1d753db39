"""A thread with an X connection of its own, which hears events and does what it is asked to.

What is done with either is the worker's affair (``vb.desktop.cursor``, ``vb.desktop.clipboard``). The X
server may come later, and may be restarted: then a new worker begins with a new connection.
"""

import contextlib
import logging
import os
import queue
import select
import socket
import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from Xlib import display, error

RETRY_S = 0.2
_X_GONE = (error.DisplayError, error.ConnectionClosedError, OSError)
_log = logging.getLogger("vb.desktop")

A = TypeVar("A", contravariant=True)


class Worker(Protocol[A]):
    """What lives as long as one X connection. Called from the listener's thread alone."""

    def event(self, event: Any) -> None:
        """Something that the worker selected has happened."""

    def asked(self, what: A) -> None:
        """Somebody called ``Listener.ask``."""

    def due(self) -> float | None:
        """Do what is due. The seconds until it wants to be called again, None: when something happens."""


def is_a(connection: Any, event: Any, name: str) -> bool:
    """Whether this is the extension's event ``name``: each connection has event classes of its own."""
    kind: tuple[int, int] = getattr(connection.extension_event, name)
    return (event.type, getattr(event, "sub_code", None)) == kind


class Listener(Generic[A]):
    """The thread. ``begin`` makes a worker on a new connection. ``ask`` may be called from anywhere."""

    def __init__(self, display_name: str, name: str, begin: Callable[[Any], Worker[A]]) -> None:
        self._display_name = display_name
        self._begin = begin
        self._asked: queue.SimpleQueue[A] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._ear, self._bell = os.pipe()
        os.set_blocking(self._ear, False)
        os.set_blocking(self._bell, False)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin. The X server may come later."""
        self._thread.start()

    def ask(self, what: A) -> None:
        """Have the worker do something soon. What is asked while there is no X server is forgotten."""
        self._asked.put(what)
        self._ring()

    def stop(self) -> None:
        """End the thread. Does not wait. Idempotent."""
        self._ending.set()
        self._ring()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end. Blocks."""
        self._thread.join(timeout_s)

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # full: it rings already; closed: nobody is there any more
            os.write(self._bell, b"!")

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self._live()
                self._ending.wait(RETRY_S)
        finally:
            os.close(self._bell)
            os.close(self._ear)

    def _live(self) -> None:
        """As long as one connection lasts."""
        if not _answers(self._display_name):
            return
        try:
            connection: Any = display.Display(self._display_name)
        except (*_X_GONE, error.XError):
            return
        try:
            # Windows of others may vanish at any time: what fails for that is no news.
            connection.set_error_handler(lambda *problem: None)
            self._forget()
            self._listen(connection, self._begin(connection))
        except (*_X_GONE, error.XError) as problem:
            _log.debug("the screen is gone: %s", problem)
        finally:
            with contextlib.suppress(*_X_GONE):
                connection.close()

    def _listen(self, connection: Any, worker: Worker[A]) -> None:
        while not self._ending.is_set():
            with contextlib.suppress(error.XError):  # the other window is gone; the connection is not
                while connection.pending_events():
                    worker.event(connection.next_event())
                with contextlib.suppress(queue.Empty):
                    while True:
                        worker.asked(self._asked.get_nowait())
                wait_s = worker.due()
                connection.sync()  # flush leaves what X does not take at this moment
                if connection.pending_events():
                    continue  # they came with an answer; the socket will not tell of them
                select.select([connection, self._ear], [], [], wait_s)
            with contextlib.suppress(BlockingIOError):
                os.read(self._ear, 4096)

    def _forget(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._asked.get_nowait()


def _answers(display_name: str) -> bool:
    """Whether somebody listens: python-xlib leaves a socket open when it finds nobody."""
    number = display_name.rpartition(":")[2].partition(".")[0]
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(f"/tmp/.X11-unix/X{number}") == 0  # noqa: S108 - X's own place
