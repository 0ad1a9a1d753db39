"""A thread with an X connection, on real X screens that come, go, and come back."""

import queue
import time
from typing import Any

from Xlib import X, display, error

from tests.support.x_screen import x_screen
from vb.desktop import listener as module
from vb.desktop.listener import Listener

NOBODYS = ":4711"
"""Servers of tests take the lowest number that is free: one that has just ended may be another's."""


class NotingWorker:
    """Tells what it is called for; asked for "fail" it meets an error of X, for "break" one of its connection."""

    def __init__(self, connection: Any, said: "queue.Queue[str]") -> None:
        self._said = said
        self.wait_s: float | None = None
        connection.screen().root.change_attributes(event_mask=X.PropertyChangeMask)
        self._connection = connection
        said.put("begin")

    def event(self, event: Any) -> None:
        self._said.put(f"event {event.state}")

    def asked(self, what: str) -> None:
        self._said.put(f"asked {what}")
        if what == "fail":
            self._connection.create_resource_object("window", 0x7FFFFFF).get_geometry()
        if what == "break":
            raise error.ConnectionClosedError("server")
        if what == "often":
            self.wait_s = 0.01

    def due(self) -> float | None:
        if self.wait_s is not None:
            self._said.put("due")
        return self.wait_s


def started(name: str) -> "tuple[Listener[str], queue.Queue[str]]":
    said: queue.Queue[str] = queue.Queue()
    listener: Listener[str] = Listener(name, "test", lambda connection: NotingWorker(connection, said))
    listener.start()
    return listener, said


def test_events_and_wishes_reach_the_worker_in_order() -> None:
    """Also after an error of X, and again and again when it says so."""
    with x_screen() as name:
        listener, said = started(name)
        assert said.get(timeout=5) == "begin"
        listener.ask("one")
        listener.ask("fail")
        listener.ask("two")
        assert [said.get(timeout=5) for _ in range(3)] == ["asked one", "asked fail", "asked two"]
        other: Any = display.Display(name)
        root = other.screen().root
        root.change_property(other.intern_atom("TEST"), other.intern_atom("STRING"), 8, b"x")
        other.sync()
        assert said.get(timeout=5) == f"event {X.PropertyNewValue}"
        other.close()
        listener.ask("often")
        assert [said.get(timeout=5) for _ in range(4)] == ["asked often", "due", "due", "due"]
        listener.stop()
        listener.join(5)
        listener.ask("too late")


def test_a_broken_connection_is_made_anew(monkeypatch: Any) -> None:
    """With a new worker; what was asked in between is forgotten."""
    monkeypatch.setattr(module, "RETRY_S", 0.2)
    with x_screen() as name:
        listener, said = started(name)
        assert said.get(timeout=5) == "begin"
        listener.ask("break")
        assert said.get(timeout=5) == "asked break"
        listener.ask("lost")
        assert said.get(timeout=5) == "begin"
        listener.ask("kept")
        assert said.get(timeout=5) == "asked kept"
        listener.stop()
        listener.join(5)


def test_it_waits_for_the_screen_and_ends_without_one() -> None:
    """There is none by that name, and stopping takes no time."""
    listener, said = started(NOBODYS)
    time.sleep(0.3)
    assert said.empty()
    began = time.monotonic()
    listener.stop()
    listener.join(5)
    assert time.monotonic() - began < 1
