"""The clipboard of the X screen (CLIPBOARD): what programs copy is read, what people paste is put there.

Text alone, as UTF-8, after section 2 of the ICCCM (Inter-Client Communication Conventions Manual, 2.0), long
texts piece by piece (section 2.7.2, INCR).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from Xlib import X, Xatom
from Xlib.ext import xfixes
from Xlib.protocol.event import SelectionNotify

from vb.desktop.listener import Listener, is_a

PIECE_BYTES = 64 * 1024
"""Longer texts travel in pieces of this size."""
MAX_TRANSFERS = 16
_LANDINGS = 8
_ALL_CHANGES = (
    xfixes.XFixesSetSelectionOwnerNotifyMask
    | xfixes.XFixesSelectionWindowDestroyNotifyMask
    | xfixes.XFixesSelectionClientCloseNotifyMask
)


@dataclass(frozen=True, slots=True)
class Put:
    """Wish to have ``text`` on the clipboard; ``done`` is called on the thread when it is there."""

    text: str
    done: Callable[[], None]


class Board:
    """The clipboard on one X connection."""

    def __init__(self, connection: Any, max_bytes: int, on_text: Callable[[str | None], None]) -> None:
        self._max_bytes = max_bytes
        self._on_text = on_text
        names = ("CLIPBOARD", "TARGETS", "TIMESTAMP", "UTF8_STRING", "INCR", "_TURTUS_TIME")
        self._clipboard, self._targets, self._timestamp, self._utf8, self._incr, self._clock = (
            connection.intern_atom(name) for name in names
        )
        self._texts = (self._utf8, connection.intern_atom("text/plain;charset=utf-8"))
        self._landings = [connection.intern_atom(f"TURTUS_CLIP_{number}") for number in range(_LANDINGS)]
        self._connection = connection
        self._window = connection.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask
        )
        self._waiting: list[Put] = []
        self._offer = b""
        self._since = 0
        self._leaving: dict[tuple[int, int], bytes] = {}
        self._landing = self._landings[0]
        self._arriving: bytearray | None = None
        connection.xfixes_query_version()
        connection.xfixes_select_selection_input(self._window, self._clipboard, _ALL_CHANGES)

    def asked(self, what: Put) -> None:
        """Put a text there: first the server's time is needed, which a changed property tells."""
        self._waiting.append(what)
        self._window.change_property(self._clock, Xatom.STRING, 8, b"", X.PropModeAppend)

    def due(self) -> None:
        """Nothing is done without a cause."""

    def event(self, event: Any) -> None:
        """Something has happened to the clipboard, or to a text on its way."""
        if event.type == X.PropertyNotify:
            self._property_changed(event)
        elif event.type == X.SelectionRequest:
            self._give(event)
        elif event.type == X.SelectionNotify:
            self._answered(event)
        elif is_a(self._connection, event, "SetSelectionOwnerNotify") and event.owner != self._window:
            self._fetch(event.selection_timestamp)

    def _property_changed(self, event: Any) -> None:
        if event.window != self._window:
            if event.state == X.PropertyDelete:
                self._give_piece(event.window, event.atom)
        elif event.atom == self._clock:
            self._own(event.time)
        elif event.atom == self._landing and event.state == X.PropertyNewValue and self._arriving is not None:
            self._take_piece(self._arriving)

    # what a person pastes

    def _own(self, time: int) -> None:
        if not self._waiting:
            return
        puts, self._waiting = self._waiting, []
        self._offer, self._since = puts[-1].text.encode("utf-8", "replace"), time
        self._window.set_selection_owner(self._clipboard, time)
        if self._connection.get_selection_owner(self._clipboard) == self._window:
            for put in puts:
                put.done()

    def _give(self, request: Any) -> None:
        """A program wants to know what there is, or to have it."""
        place = request.property or request.target
        requestor = request.requestor
        if request.target == self._targets:
            kinds = [self._targets, self._timestamp, *self._texts]
            requestor.change_property(place, Xatom.ATOM, 32, kinds)
        elif request.target == self._timestamp:
            requestor.change_property(place, Xatom.INTEGER, 32, [self._since])
        elif request.target in self._texts:
            self._give_text(requestor, place, request.target)
        else:
            place = X.NONE
        answer = SelectionNotify(
            time=request.time,
            requestor=requestor,
            selection=request.selection,
            target=request.target,
            property=place,
        )
        requestor.send_event(answer)

    def _give_text(self, requestor: Any, place: int, kind: int) -> None:
        if len(self._offer) <= PIECE_BYTES:
            requestor.change_property(place, kind, 8, self._offer)
            return
        if len(self._leaving) >= MAX_TRANSFERS:
            del self._leaving[next(iter(self._leaving))]  # whoever does not fetch the rest has lost it
        requestor.change_attributes(event_mask=X.PropertyChangeMask)
        self._leaving[requestor.id, place] = self._offer
        requestor.change_property(place, self._incr, 32, [len(self._offer)])

    def _give_piece(self, requestor: Any, place: int) -> None:
        """The program has taken what there was; an empty piece says that it was the last."""
        rest = self._leaving.get((requestor.id, place))
        if rest is None:
            return
        requestor.change_property(place, self._utf8, 8, rest[:PIECE_BYTES])
        if rest:
            self._leaving[requestor.id, place] = rest[PIECE_BYTES:]
        else:
            del self._leaving[requestor.id, place]

    # what a program copied

    def _fetch(self, time: int) -> None:
        """Ask for it, into a place of its own: an older text that still comes cannot be mistaken for it."""
        self._arriving = None
        self._landing = self._landings[(self._landings.index(self._landing) + 1) % _LANDINGS]
        self._window.convert_selection(self._clipboard, self._utf8, self._landing, time)

    def _answered(self, event: Any) -> None:
        if event.property != self._landing:
            return
        first = self._window.get_property(self._landing, X.AnyPropertyType, 0, self._max_bytes // 4 + 1)
        if first is None:
            return
        if first.property_type == self._incr:
            self._arriving = bytearray()
        elif first.property_type in self._texts:
            self._tell(first.value, over=first.bytes_after > 0)
        self._window.delete_property(self._landing)

    def _take_piece(self, arrived: bytearray) -> None:
        piece = self._window.get_property(self._landing, X.AnyPropertyType, 0, self._max_bytes // 4 + 1)
        if piece is None:
            return
        if len(arrived) <= self._max_bytes:  # of what is too long, the rest is taken and thrown away
            arrived += _bytes(piece.value)
        if not piece.value:
            self._arriving = None
            self._tell(arrived, over=False)
        self._window.delete_property(self._landing)

    def _tell(self, data: "bytes | bytearray | str", *, over: bool) -> None:
        raw = _bytes(data)
        if over or len(raw) > self._max_bytes:
            self._on_text(None)
        elif raw:
            self._on_text(raw.decode("utf-8", "replace"))


def _bytes(value: Any) -> bytes:
    """A property's 8-bit value: python-xlib gives bytes, or text where there is none."""
    return value if isinstance(value, bytes) else bytes(value) if isinstance(value, bytearray) else b""


class Clipboard:
    """The clipboard of ``display_name``, on a thread of its own.

    ``on_text(text)`` is called from it when a program has copied something; None: more than ``max_bytes``.
    """

    def __init__(self, display_name: str, max_bytes: int, on_text: Callable[[str | None], None]) -> None:
        self._listener: Listener[Put] = Listener(
            display_name, "clipboard", lambda connection: Board(connection, max_bytes, on_text)
        )

    def start(self) -> None:
        """Begin. The X server may come later, and may be restarted: what was put there is lost then."""
        self._listener.start()

    def put(self, text: str, done: Callable[[], None]) -> None:
        """Have ``text`` pasted from now on. ``done`` is called from the thread; never, if there is no X."""
        self._listener.ask(Put(text, done))

    def stop(self) -> None:
        """End the thread. Does not wait. Idempotent."""
        self._listener.stop()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end. Blocks."""
        self._listener.join(timeout_s)
