"""Whether the program that has the keys has read them: asks it for a sign of life, which comes in order.

A program looks a key up in the keyboard map when it gets to it, in the map as it is by then. So a key
must not change its symbol until its last press has been read. Every toolkit answers ``_NET_WM_PING``
(EWMH 1.5) from the queue that its keys come through: its answer says that all before was read.
"""

import contextlib
import select
import time
from typing import Any

from Xlib import X, error
from Xlib.protocol import event

ANSWER_S = 2.0
"""A program that answers later than that hangs: whatever it makes of its keys, people go on."""


class Echo:
    """Asks over ``connection`` (an ``Xlib.display.Display``), the one that the keys are pressed on."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._root = connection.screen().root
        names = ("WM_PROTOCOLS", "_NET_WM_PING", "_NET_ACTIVE_WINDOW")
        self._protocols, self._ping, self._active = map(connection.intern_atom, names)
        self._asked = 0

    def wait(self, timeout_s: float = ANSWER_S) -> bool:
        """Until what was pressed so far has been read; False when nobody answers within ``timeout_s``.

        Raises:
            ConnectionClosedError, OSError: the X server is gone.
        """
        deadline = time.monotonic() + timeout_s
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)  # answers go to the root window
        try:
            return self._ask() and self._answered(deadline)
        finally:
            self._root.change_attributes(event_mask=0)
            self._forget()

    def _ask(self) -> bool:
        found = self._root.get_full_property(self._active, X.AnyPropertyType)
        if found is None or not found.value or not found.value[0]:
            return False
        self._asked = self._asked % 0x7FFFFFFF + 1
        window = self._connection.create_resource_object("window", found.value[0])
        data = (32, [self._ping, self._asked, found.value[0], 0, 0])
        question = event.ClientMessage(window=window, client_type=self._protocols, data=data)
        window.send_event(question, onerror=error.CatchError(error.BadWindow))
        self._connection.flush()
        return True

    def _answered(self, deadline: float) -> bool:
        while True:
            while self._connection.pending_events():
                if self._is_answer(self._connection.next_event()):
                    return True
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._connection.fileno()], [], [], left)[0]:
                return False

    def _is_answer(self, said: Any) -> bool:
        if said.type != X.ClientMessage or said.client_type != self._protocols:
            return False
        return list(said.data[1][:2]) == [self._ping, self._asked]

    def _forget(self) -> None:
        """Events that nobody wants must not pile up."""
        with contextlib.suppress(error.XError):
            while self._connection.pending_events():
                self._connection.next_event()
