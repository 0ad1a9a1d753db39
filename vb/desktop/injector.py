"""Carries out input on the X server by XTEST, on a connection and a thread of its own.

Callers never wait: frames go into a short queue; when it is full the newest is dropped, when several
moves wait only the last counts.
"""

import contextlib
import itertools
import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from Xlib import X, display, error
from Xlib.ext import xtest

from vb.desktop.echo import Echo
from vb.desktop.keysyms import Keyboard, Press, Remap, Step
from vb.protocol.input import Button, InputFrame, Key, Move, Release, Wheel

NOTCH = 120
MAX_NOTCHES = 20
"""Most wheel notches that one frame may turn."""
QUEUE_LIMIT = 2048
SILENCE_S = 2.0
"""A driver who holds something says so twice a second; after this long without a word it is let go."""
KEY_AFTER_BUTTON_S = 0.05
"""Firefox gives a page the pointer's doings once a frame and keys at once: a key that comes right after a
click, as when the network held both up, would be there before it. So it waits for some frames."""
_UP, _DOWN, _LEFT, _RIGHT = 4, 5, 6, 7
_FARTHEST = 0x7FFF
_RETRY_S = 0.2
_X_GONE = (error.DisplayError, error.ConnectionClosedError, OSError)
_log = logging.getLogger("vb.desktop")


@dataclass(slots=True)
class WheelSteps:
    """Turns distances into whole notches, and keeps the rest for later. Pure."""

    _rest_x: int = 0
    _rest_y: int = 0

    def turn(self, dx: int, dy: int) -> list[int]:
        """X buttons to click, one for each notch."""
        self._rest_x, across = self._notches(self._rest_x, dx)
        self._rest_y, along = self._notches(self._rest_y, dy)
        return [_RIGHT if across > 0 else _LEFT] * abs(across) + [_DOWN if along > 0 else _UP] * abs(along)

    @staticmethod
    def _notches(rest: int, distance: int) -> tuple[int, int]:
        if rest * distance < 0:
            rest = 0  # the wheel turned back
        total = rest + distance
        notches = int(total / NOTCH)
        return total - notches * NOTCH, max(-MAX_NOTCHES, min(MAX_NOTCHES, notches))


@dataclass(slots=True)
class Hands:
    """What is done on one X connection; lost with it, as X lets go of what its client held."""

    connection: Any
    keyboard: Keyboard
    echo: Echo
    buttons: set[int] = field(default_factory=set)
    wheel: WheelSteps = field(default_factory=WheelSteps)
    _button_at: float = -math.inf

    def do(self, frame: InputFrame, coming: Callable[[], list[InputFrame]] = list) -> None:
        """Carry out one frame; ``coming`` tells which wait behind it."""
        match frame:
            case Move():
                self._move(frame.x, frame.y)
            case Button():
                self._move(frame.x, frame.y)
                self._button(frame.button, frame.down)
            case Wheel():
                self._move(frame.x, frame.y)
                for button in self.wheel.turn(frame.dx, frame.dy):
                    self._fake(X.ButtonPress, button)
                    self._fake(X.ButtonRelease, button)
            case Key(keysym=keysym, down=True):
                self._after_the_click()
                self._find_room(keysym, coming)
                self._steps(self.keyboard.press(keysym))
            case Key(keysym=keysym):
                self._steps(self.keyboard.release(keysym))
            case Release():
                self.let_go()
        self.connection.flush()

    def furnish(self) -> None:
        """Put common symbols on spare keys."""
        self._remap(self.keyboard.furnish())

    @property
    def holding(self) -> bool:
        """Whether a key or a button is down."""
        return bool(self.buttons or self.keyboard.held)

    def let_go(self) -> None:
        """Release every key and button."""
        self._steps(self.keyboard.release_all())
        for button in sorted(self.buttons):
            self._fake(X.ButtonRelease, button)
        self.buttons.clear()

    def _move(self, x: int, y: int) -> None:
        # The server keeps the pointer on the screen as it is now; beyond 15 bits no message can name a place.
        xtest.fake_input(self.connection, X.MotionNotify, x=min(x, _FARTHEST), y=min(y, _FARTHEST))

    def _button(self, button: int, down: bool) -> None:
        if down == (button in self.buttons):
            return
        (self.buttons.add if down else self.buttons.discard)(button)
        self._fake(X.ButtonPress if down else X.ButtonRelease, button)
        self._button_at = time.monotonic()

    def _after_the_click(self) -> None:
        """Once the click has been read, a page still waits for its next frame to be told."""
        if time.monotonic() - self._button_at < KEY_AFTER_BUTTON_S:
            self.echo.wait()
            time.sleep(KEY_AFTER_BUTTON_S)
            self._button_at = -math.inf

    def _find_room(self, keysym: int, coming: Callable[[], list[InputFrame]]) -> None:
        """Give ``keysym`` a key if it has none, and with it what is typed next: each change costs time.

        Only when all that was pressed has been read: programs look keys up in the map as it is by then.
        """
        if self.keyboard.lacks(keysym):
            self.echo.wait()
            typed = [frame.keysym for frame in coming() if isinstance(frame, Key) and frame.down]
            self._remap(self.keyboard.prepare([keysym, *typed]))

    def _remap(self, remaps: Sequence[Remap]) -> None:
        """Change the map, neighbours in one go."""
        rows = {remap.keycode: (remap.plain, remap.shifted) for remap in remaps}
        for first in sorted(keycode for keycode in rows if keycode - 1 not in rows):
            run = list(itertools.takewhile(rows.__contains__, itertools.count(first)))
            self.connection.change_keyboard_mapping(first, [rows[keycode] for keycode in run])
        self.connection.sync()

    def _steps(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case Press(keycode, down):
                    self._fake(X.KeyPress if down else X.KeyRelease, keycode)
                case Remap():
                    self._remap([step])

    def _fake(self, kind: int, detail: int) -> None:
        xtest.fake_input(self.connection, kind, detail)


def lay_hands(display_name: str) -> Hands:
    """Connect to X, read its keyboard map, furnish it, and leave key repeat to it.

    Raises:
        DisplayError: the X server does not answer.
    """
    connection: Any = display.Display(display_name)
    connection.change_keyboard_control(auto_repeat_mode=X.AutoRepeatModeOn)
    first = connection.display.info.min_keycode
    last = connection.display.info.max_keycode
    rows = connection.get_keyboard_mapping(first, last - first + 1)
    hands = Hands(connection, Keyboard(first, [list(row) for row in rows]), Echo(connection))
    hands.furnish()
    return hands


class Injector:
    """The thread. ``put`` and ``let_go`` may be called from any other thread, but from one alone."""

    def __init__(self, display_name: str) -> None:
        self._display_name = display_name
        self._queue: queue.Queue[InputFrame | None] = queue.Queue(QUEUE_LIMIT)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="input", daemon=True)
        self.dropped = 0

    def start(self) -> None:
        """Begin. The X server may come later."""
        self._thread.start()

    def put(self, frame: InputFrame) -> None:
        """Carry out ``frame`` soon. A release finds room: what waits before it is dropped, if need be."""
        try:
            self._queue.put_nowait(frame)
        except queue.Full:
            if not isinstance(frame, Release):
                self.dropped += 1
                return
            self.dropped += self._queue.qsize()
            self._forget_waiting()
            self._queue.put_nowait(frame)  # all who put are on one thread: there is room now

    def let_go(self) -> None:
        """Release everything that is held: control has changed, or its holder is gone."""
        self.put(Release(0))

    def stop(self) -> None:
        """End the thread. Does not wait. Idempotent."""
        self._ending.set()
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                hands = lay_hands(self._display_name)
            except (*_X_GONE, error.XError):
                self._ending.wait(_RETRY_S)
                continue
            try:
                self._forget_waiting()
                if not self._ending.is_set():
                    self._work(hands)
            except _X_GONE as problem:
                _log.debug("input: the screen is gone: %s", problem)
            finally:
                with contextlib.suppress(*_X_GONE):
                    hands.connection.close()

    def _work(self, hands: Hands) -> None:
        while (frame := self._next(hands)) is not None:
            while isinstance(frame, Move):
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if not isinstance(following, Move):
                    hands.do(frame)
                if following is None:
                    return self._finish(hands)
                frame = following
            hands.do(frame, self._waiting)
        self._finish(hands)

    def _next(self, hands: Hands) -> InputFrame | None:
        """The next frame, or a release when its driver, who holds something, has fallen silent."""
        with contextlib.suppress(queue.Empty):
            return self._queue.get_nowait()
        # python-xlib's flush leaves what X does not take at that moment to the next one, which may be long
        # in coming: a key's release, for one. A round trip is over when all was taken.
        hands.connection.sync()
        try:
            return self._queue.get(timeout=SILENCE_S if hands.holding else None)
        except queue.Empty:
            return Release(0)

    def _waiting(self) -> list[InputFrame]:
        """What is next, without taking it: only this thread takes."""
        with self._queue.mutex:
            return [frame for frame in self._queue.queue if frame is not None]

    def _finish(self, hands: Hands) -> None:
        hands.let_go()
        hands.connection.sync()

    def _forget_waiting(self) -> None:
        """What was meant for a screen that is gone is not done on the next one."""
        with contextlib.suppress(queue.Empty):
            while self._queue.get_nowait() is not None:
                pass
