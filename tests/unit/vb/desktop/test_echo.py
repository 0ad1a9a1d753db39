"""Asking whether keys were read, on a real X server, with a program that answers, one that does not, and none."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from Xlib import X, display
from Xlib.protocol import event

from vb.desktop.echo import Echo


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A display of its own."""
    program = shutil.which("Xvfb")
    assert program, "Xvfb is not installed"
    server = subprocess.Popen(
        [program, "-displayfd", "1", "-screen", "0", "320x240x24", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout is not None
    yield f":{server.stdout.readline().decode().strip()}"
    server.terminate()
    server.wait(10)
    server.stdout.close()


@pytest.fixture
def connect(screen: str) -> Iterator[Callable[[], Any]]:
    """Connections to it, closed after the test."""
    made: list[Any] = []

    def new() -> Any:
        made.append(display.Display(screen))
        return made[-1]

    yield new
    for connection in made:
        connection.close()


class Program:
    """Has a window, which it says is the active one; answers when it is told to."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.root = self.connection.screen().root
        self.window = self.root.create_window(0, 0, 10, 10, 0, X.CopyFromParent)
        self.active = self.connection.intern_atom("_NET_ACTIVE_WINDOW")
        self.tell(self.window.id)

    def tell(self, window: int) -> None:
        window_type = self.connection.intern_atom("WINDOW")
        self.root.change_property(self.active, window_type, 32, [window])
        self.connection.sync()

    def answer(self, late_s: float) -> None:
        """One question, after ``late_s``."""
        asked = self.connection.next_event()
        time.sleep(late_s)
        data = asked.data
        answer = event.ClientMessage(window=self.root, client_type=asked.client_type, data=data)
        self.root.send_event(answer, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self.connection.flush()


def test_an_answer_ends_the_wait(connect: Callable[[], Any]) -> None:
    """Not before it came, and soon after."""
    thread = threading.Thread(target=Program(connect()).answer, args=(0.2,))
    thread.start()
    began = time.monotonic()
    assert Echo(connect()).wait(5.0)
    assert 0.2 <= time.monotonic() - began < 3.0
    thread.join(5)


def test_a_program_that_hangs_is_not_waited_for(connect: Callable[[], Any]) -> None:
    """Nor does its late answer count for the next question."""
    program, echo = Program(connect()), Echo(connect())
    began = time.monotonic()
    assert not echo.wait(0.2)
    assert time.monotonic() - began < 2.0
    late = threading.Timer(0.1, program.answer, (0.0,))
    late.start()
    assert not echo.wait(0.5)
    late.join(5)


def test_without_a_window_nobody_is_asked(connect: Callable[[], Any]) -> None:
    """None is active, or the one that was is gone: no wait for ever, no error."""
    program, echo = Program(connect()), Echo(connect())
    program.tell(0)
    assert not echo.wait(0.2)
    program.tell(program.window.id)
    program.window.destroy()
    program.connection.sync()
    assert not echo.wait(0.2)


def test_nothing_piles_up(connect: Callable[[], Any]) -> None:
    """Windows that come and go, and changes of the keyboard map, leave no events behind."""
    program, connection = Program(connect()), connect()
    echo = Echo(connection)
    for _ in range(20):
        connection.change_keyboard_mapping(200, [(0x61, 0x41)])
        program.root.create_window(0, 0, 5, 5, 0, X.CopyFromParent).map()
    program.connection.sync()
    echo.wait(0.1)
    assert not connection.pending_events()
