"""What the hands do, on an X connection that only takes notes."""

import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from Xlib import X, error

from vb.desktop import injector
from vb.desktop.echo import Echo
from vb.desktop.injector import KEY_AFTER_BUTTON_S, MAX_NOTCHES, QUEUE_LIMIT, Hands, Injector, WheelSteps
from vb.desktop.keysyms import Keyboard
from vb.protocol.input import Button, InputFrame, Key, Move, Release, Wheel


class Notes:
    """An X connection; ``done`` is (event, detail or position)."""

    def __init__(self) -> None:
        self.done: list[tuple[int, Any]] = []
        self.remapped: list[tuple[int, Any]] = []
        self.asked = 0

    def screen(self) -> Any:
        return SimpleNamespace(width_in_pixels=1280, height_in_pixels=720)

    def xtest_fake_input(self, kind: int, detail: int = 0, x: int = 0, y: int = 0) -> None:
        self.done.append((kind, (x, y) if kind == X.MotionNotify else detail))

    def change_keyboard_mapping(self, first: int, rows: Any) -> None:
        self.remapped.append((first, rows))

    def wait(self) -> None:
        """As ``Echo``: whether all has been read."""
        self.asked += 1

    def flush(self) -> None: ...
    def sync(self) -> None: ...
    def close(self) -> None: ...


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    def fake_input(connection: Notes, kind: int, detail: int = 0, x: int = 0, y: int = 0) -> None:
        connection.xtest_fake_input(kind, detail, x, y)

    monkeypatch.setattr("vb.desktop.injector.xtest.fake_input", fake_input)
    return Notes()


def hands_on(notes: Notes, spare: int = 1) -> Hands:
    rows = [[ord("a"), ord("A")], [0xFFE1], *([0, 0] for _ in range(spare))]
    return Hands(notes, Keyboard(10, rows), cast(Echo, notes))


@pytest.fixture
def hands(notes: Notes) -> Hands:
    return hands_on(notes)


def test_moves_stay_on_the_screen(hands: Hands, notes: Notes) -> None:
    """The server sees to that, whatever size the screen has by then; only what it cannot be told is cut off."""
    hands.do(Move(1, 5000, 719))
    hands.do(Move(1, 65535, 40000))
    assert notes.done == [(X.MotionNotify, (5000, 719)), (X.MotionNotify, (0x7FFF, 0x7FFF))]


def test_a_button_is_pressed_where_it_is(hands: Hands, notes: Notes) -> None:
    """Moved there first; pressed once though told twice; released once."""
    for down in (True, True, False, False):
        hands.do(Button(1, 7, 8, 1, down))
    buttons = [entry for entry in notes.done if entry[0] != X.MotionNotify]
    assert notes.done[0] == (X.MotionNotify, (7, 8))
    assert buttons == [(X.ButtonPress, 1), (X.ButtonRelease, 1)]


def test_a_key_waits_after_a_click(hands: Hands, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it was read and a page can know; once, and not when the click is long ago."""
    rests: list[float] = []
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now, sleep=rests.append)
    monkeypatch.setattr("vb.desktop.injector.time", clock)
    hands.do(Key(1, ord("a"), True))
    for down in (True, False):
        hands.do(Button(1, 7, 8, 1, down))
    hands.do(Key(1, ord("a"), False))
    assert (rests, notes.asked) == ([], 0)
    now += KEY_AFTER_BUTTON_S / 2
    for _ in range(2):
        hands.do(Key(1, ord("a"), True))
    assert (rests, notes.asked) == ([KEY_AFTER_BUTTON_S], 1)
    hands.do(Button(1, 7, 8, 1, True))
    now += 2 * KEY_AFTER_BUTTON_S
    hands.do(Key(1, ord("a"), True))
    assert len(rests) == 1


def test_the_wheel_clicks_its_buttons(hands: Hands, notes: Notes) -> None:
    """Right is 7, down is 5; each notch is a press and a release."""
    hands.do(Wheel(1, 0, 0, 120, 240))
    assert [detail for kind, detail in notes.done if kind == X.ButtonPress] == [7, 5, 5]
    assert [detail for kind, detail in notes.done if kind == X.ButtonRelease] == [7, 5, 5]


def test_keys_and_spare_keys(hands: Hands, notes: Notes) -> None:
    """A symbol without a key is mapped first."""
    hands.do(Key(1, ord("a"), True))
    hands.do(Key(1, ord("a"), False))
    hands.do(Key(1, 0x01002603, True))
    assert notes.done == [(X.KeyPress, 10), (X.KeyRelease, 10), (X.KeyPress, 12)]
    assert notes.remapped == [(12, [(0x01002603, 0x01002603)])]


def test_the_map_changes_only_when_all_was_read(hands: Hands, notes: Notes) -> None:
    """Programs look a key up when they get to it; what has a key asks nobody."""
    hands.do(Key(1, ord("a"), True))
    assert notes.asked == 0
    for keysym in (0x01002603, 0x01002604):
        hands.do(Key(1, keysym, True))
        hands.do(Key(1, keysym, False))
    assert notes.asked == 2
    assert [rows[0][0] for _, rows in notes.remapped] == [0x01002603, 0x01002604]


def test_what_waits_is_put_on_keys_in_one_go(notes: Notes) -> None:
    """One question and one change for neighbours, whatever else waits between; presses ask for no more."""
    hands = hands_on(notes, spare=3)
    typed = [0x01002603, 0x01002604, ord("a"), 0x01002605]
    frames = [Key(1, keysym, down) for keysym in typed for down in (True, False)]
    waiting: list[InputFrame] = [Move(1, 1, 1), *frames]
    while waiting:
        hands.do(waiting.pop(0), waiting.copy)
    assert notes.asked == 1
    assert notes.remapped == [(12, [(keysym, keysym) for keysym in (0x01002603, 0x01002604, 0x01002605)])]
    assert [code for kind, code in notes.done if kind == X.KeyPress] == [12, 13, 10, 14]


def test_let_go_releases_keys_and_buttons(hands: Hands, notes: Notes) -> None:
    """All of them, by the frame or by the call; a second time there is nothing to do."""
    hands.do(Key(1, ord("a"), True))
    hands.do(Button(1, 0, 0, 3, True))
    hands.do(Button(1, 0, 0, 1, True))
    notes.done.clear()
    hands.do(Release(1))
    hands.let_go()
    assert notes.done == [(X.KeyRelease, 10), (X.ButtonRelease, 1), (X.ButtonRelease, 3)]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([(0, 120)], [[5]]),
        ([(0, -120)], [[4]]),
        ([(-120, 0)], [[6]]),
        ([(0, 60), (0, 60)], [[], [5]]),
        ([(0, 100), (0, -120)], [[], [4]]),
        ([(0, 32767)], [[5] * MAX_NOTCHES]),
        ([(0, 0)], [[]]),
    ],
)
def test_distances_become_notches(turns: list[tuple[int, int]], expected: list[list[int]]) -> None:
    """Parts of a notch add up; turning back forgets them; a giant turn is cut."""
    wheel = WheelSteps()
    assert [wheel.turn(dx, dy) for dx, dy in turns] == expected


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_thread_carries_out_frames_and_skips_stale_moves(
    hands: Hands, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of moves that wait only the last counts, and nothing overtakes a click."""
    begin = threading.Event()

    def lay_hands(display_name: str) -> Hands:
        begin.wait(5)
        return hands

    monkeypatch.setattr(injector, "lay_hands", lay_hands)
    thread = Injector(":0")
    monkeypatch.setattr(thread, "_forget_waiting", lambda: None)
    for frame in (Move(1, 1, 1), Move(1, 2, 2), Button(1, 3, 3, 1, True), Move(1, 4, 4), Move(1, 5, 5)):
        thread.put(frame)
    thread.start()
    begin.set()
    wait_for(lambda: notes.done[-1:] == [(X.MotionNotify, (5, 5))])
    thread.stop()
    wait_for(lambda: notes.done[-1:] == [(X.ButtonRelease, 1)])
    assert notes.done[:4] == [
        (X.MotionNotify, (2, 2)),
        (X.MotionNotify, (3, 3)),
        (X.ButtonPress, 1),
        (X.MotionNotify, (5, 5)),
    ]


def test_a_driver_who_falls_silent_holds_nothing(
    hands: Hands, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key is held as long as something is heard, whatever it is; then it comes up."""
    monkeypatch.setattr(injector, "lay_hands", lambda display_name: hands)
    monkeypatch.setattr(injector, "SILENCE_S", 0.3)
    thread = Injector(":0")
    thread.start()
    time.sleep(0.05)
    thread.put(Key(1, ord("a"), True))
    for _ in range(5):
        time.sleep(0.1)
        thread.put(Key(1, 0xFFFFFF, False))
    assert notes.done == [(X.KeyPress, 10)]
    wait_for(lambda: notes.done == [(X.KeyPress, 10), (X.KeyRelease, 10)])
    assert not hands.holding
    thread.stop()


def test_a_full_queue_drops_and_counts() -> None:
    """The caller never waits."""
    thread = Injector(":0")
    for _ in range(QUEUE_LIMIT + 3):
        thread.put(Move(1, 1, 1))
    assert thread.dropped == 3
    thread.stop()


def test_a_full_queue_lets_go_all_the_same() -> None:
    """What is held must come up when somebody else drives, whatever waits to be done."""
    thread = Injector(":0")
    for _ in range(QUEUE_LIMIT):
        thread.put(Key(1, ord("a"), True))
    thread.let_go()
    assert thread._waiting() == [Release(0)]
    thread.put(Move(1, 1, 1))
    assert thread._waiting() == [Release(0), Move(1, 1, 1)]


def test_the_thread_waits_for_the_screen_and_forgets_what_was_meant_for_another(
    hands: Hands, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While X is away it tries again; input from that time is not done later."""
    tries: list[str] = []

    def lay_hands(display_name: str) -> Hands:
        tries.append(display_name)
        if len(tries) < 3:
            raise error.DisplayConnectionError(display_name, "not there")
        return hands

    monkeypatch.setattr(injector, "lay_hands", lay_hands)
    monkeypatch.setattr(injector, "_RETRY_S", 0.01)
    thread = Injector(":7")
    thread.put(Key(1, ord("a"), True))
    thread.start()
    wait_for(lambda: len(tries) == 3)
    time.sleep(0.05)
    thread.put(Move(1, 9, 9))
    wait_for(lambda: bool(notes.done))
    thread.stop()
    assert notes.done == [(X.MotionNotify, (9, 9))]


def test_the_thread_survives_the_end_of_the_screen(
    hands: Hands, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that breaks in the middle is made anew."""
    made: list[Hands] = []

    class Broken(Notes):
        def flush(self) -> None:
            raise error.ConnectionClosedError("server")

    def lay_hands(display_name: str) -> Hands:
        made.append(hands if made else Hands(Broken(), hands.keyboard, hands.echo))
        return made[-1]

    monkeypatch.setattr(injector, "lay_hands", lay_hands)
    thread = Injector(":7")
    thread.start()
    wait_for(lambda: len(made) == 1)
    time.sleep(0.05)
    thread.put(Move(1, 1, 1))
    wait_for(lambda: len(made) == 2)
    time.sleep(0.05)
    thread.put(Move(1, 2, 2))
    wait_for(lambda: notes.done == [(X.MotionNotify, (2, 2))])
    thread.stop()
