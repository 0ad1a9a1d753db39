"""The clipboard on a real X screen, with other programs that copy and paste there."""

import queue
import select
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X, display

from tests.support.x_screen import x_screen
from vb.desktop.clipboard import PIECE_BYTES, Clipboard

MAX_BYTES = 256 * 1024
LONG = "Zeile 1\nЗдравствуй 😀\t" * 7000  # some pieces


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with x_screen() as name:
        yield name


class Board:
    """The clipboard under test and what it told."""

    def __init__(self, name: str) -> None:
        self.told: queue.Queue[str | None] = queue.Queue()
        self.clipboard = Clipboard(name, MAX_BYTES, self.told.put)
        self.clipboard.start()

    def put(self, text: str) -> None:
        there = threading.Event()
        for _ in range(20):  # what is put there while there is no connection yet is forgotten
            self.clipboard.put(text, there.set)
            if there.wait(0.5):
                return
        raise AssertionError("never put there")

    def close(self) -> None:
        self.clipboard.stop()
        self.clipboard.join(5)


@pytest.fixture
def board(screen: str) -> Iterator[Board]:
    board = Board(screen)
    board.put("ready")
    yield board
    board.close()


@pytest.fixture
def other(screen: str) -> "Iterator[OtherProgram]":
    program = OtherProgram(screen)
    yield program
    program.close()


class OtherProgram:
    """Copies and pastes as any program does."""

    def __init__(self, name: str) -> None:
        self.connection: Any = display.Display(name)
        self.window = self.connection.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask
        )
        self.atom = self.connection.intern_atom

    def close(self) -> None:
        self.connection.close()

    def next_event(self, kind: int, **fields: Any) -> Any:
        deadline = time.monotonic() + 5
        while True:
            while self.connection.pending_events():
                event = self.connection.next_event()
                if event.type == kind and all(
                    getattr(event, name) == value for name, value in fields.items()
                ):
                    return event
            assert time.monotonic() < deadline, f"no event {kind}"
            select.select([self.connection], [], [], 0.1)

    def ask(self, target: str) -> Any:
        """The property that the owner of the clipboard has answered with; None when it refused."""
        self.window.convert_selection(
            self.atom("CLIPBOARD"), self.atom(target), self.atom("HERE"), X.CurrentTime
        )
        if self.next_event(X.SelectionNotify).property == X.NONE:
            return None
        return self.window.get_full_property(self.atom("HERE"), X.AnyPropertyType)

    def paste(self) -> str:
        """Its text, in pieces if it comes so."""
        found = self.ask("UTF8_STRING")
        if found.property_type != self.atom("INCR"):
            return str(found.value.decode())
        parts = b""
        while True:
            self.connection.flush()
            while self.connection.pending_events():
                self.connection.next_event()
            self.window.delete_property(self.atom("HERE"))
            self.next_event(X.PropertyNotify, atom=self.atom("HERE"), state=X.PropertyNewValue)
            piece = self.window.get_full_property(self.atom("HERE"), X.AnyPropertyType)
            if not piece.value:
                self.window.delete_property(self.atom("HERE"))
                return parts.decode()
            assert len(piece.value) <= PIECE_BYTES
            parts += piece.value

    def copy(self, data: bytes, piece_bytes: int = 1 << 20, *, text: bool = True) -> None:
        """Take the clipboard and answer the one who asks for it."""
        self.window.set_selection_owner(self.atom("CLIPBOARD"), X.CurrentTime)
        self.connection.flush()
        request = self.next_event(X.SelectionRequest)
        assert request.target == self.atom("UTF8_STRING")
        answer = {"time": request.time, "requestor": request.requestor, "selection": request.selection}
        property_id = request.property if text else X.NONE
        event = display.event.SelectionNotify(target=request.target, property=property_id, **answer)
        if not text:
            request.requestor.send_event(event)
        elif len(data) <= piece_bytes:
            request.requestor.change_property(request.property, request.target, 8, data)
            request.requestor.send_event(event)
        else:
            self._copy_in_pieces(request, event, data, piece_bytes)
        self.connection.flush()

    def _copy_in_pieces(self, request: Any, event: Any, data: bytes, piece_bytes: int) -> None:
        request.requestor.change_attributes(event_mask=X.PropertyChangeMask)
        request.requestor.change_property(request.property, self.atom("INCR"), 32, [len(data)])
        request.requestor.send_event(event)
        for at in [*range(0, len(data), piece_bytes), len(data)]:
            self.connection.flush()
            self.next_event(X.PropertyNotify, atom=request.property, state=X.PropertyDelete)
            request.requestor.change_property(
                request.property, request.target, 8, data[at : at + piece_bytes]
            )


@pytest.mark.parametrize("text", ["a", "two\nlines\t😀 ", LONG], ids=["short", "signs", "long"])
def test_what_is_put_there_is_pasted_exactly(board: Board, other: OtherProgram, text: str) -> None:
    """As often as it is asked for."""
    board.put(text)
    assert other.paste() == text
    assert other.paste() == text
    assert board.told.empty()


def test_programs_learn_what_there_is(board: Board, other: OtherProgram) -> None:
    """The kinds of text, and since when; anything else is refused."""
    kinds = {other.connection.get_atom_name(atom) for atom in other.ask("TARGETS").value}
    assert kinds == {"TARGETS", "TIMESTAMP", "UTF8_STRING", "text/plain;charset=utf-8"}
    assert other.ask("TIMESTAMP").value[0] > 0
    assert other.ask("text/plain;charset=utf-8").value == b"ready"
    assert other.ask("image/png") is None


@pytest.mark.parametrize("text", ["b", "zwei\nZeilen 😀", LONG], ids=["short", "signs", "long"])
@pytest.mark.parametrize("piece_bytes", [100_000, 65_536])
def test_what_a_program_copies_is_told(
    board: Board, other: OtherProgram, text: str, piece_bytes: int
) -> None:
    """Whole, or in pieces that part a character."""
    other.copy(text.encode(), piece_bytes)
    assert board.told.get(timeout=5) == text


def test_too_much_is_said_to_be_too_much(board: Board, other: OtherProgram) -> None:
    """And is not kept; the next text comes as ever."""
    other.copy(b"x" * (MAX_BYTES + 1), 100_000)
    assert board.told.get(timeout=5) is None
    other.copy(b"x" * MAX_BYTES, 100_000)
    assert board.told.get(timeout=5) == "x" * MAX_BYTES


def test_a_picture_is_no_text(board: Board, other: OtherProgram) -> None:
    """A program that refuses text, or has none, is not told of."""
    other.copy(b"", text=False)
    other.copy(b"")
    other.copy(b"after")
    assert board.told.get(timeout=5) == "after"


def test_taking_turns(board: Board, other: OtherProgram) -> None:
    """Copied there, put here, copied there again."""
    other.copy(b"one")
    assert board.told.get(timeout=5) == "one"
    board.put("two")
    assert other.paste() == "two"
    other.copy(b"three")
    assert board.told.get(timeout=5) == "three"
