"""Runs beside the agent's display: real presses (XTEST), and how long until the browser has drawn (DAMAGE).

Usage: ``python -c SCRIPT X Y PRESSES PAUSE_S``. Prints milliseconds, one press a line; -1 after a second in
vain. A drawing counts when it touches the point X, Y and has given it another colour, so that a page may move
around it; the moment is when the X server told of the drawing.
"""

import random
import select
import sys
import time
from typing import Any

from Xlib import X, display
from Xlib.ext import damage, xtest

HELD_S = 0.08
"""How long a button stays down, as a finger's does."""


def main() -> None:
    """Press, wait for the drawing, rest, and again."""
    x, y, presses = (int(word) for word in sys.argv[1:4])
    pause_s = float(sys.argv[4])
    screen: Any = display.Display()
    screen.damage_query_version()
    screen.screen().root.damage_create(damage.DamageReportRawRectangles)
    xtest.fake_input(screen, X.MotionNotify, x=x, y=y)
    screen.sync()
    for _ in range(presses):
        time.sleep(pause_s + random.uniform(0, 0.017))  # at any moment of the screen's beat
        while screen.pending_events():
            screen.next_event()
        before = colour(screen, x, y)
        began = time.monotonic()
        xtest.fake_input(screen, X.ButtonPress, 1)
        screen.flush()
        print(wait(screen, began, (x, y), before))
        time.sleep(HELD_S)
        xtest.fake_input(screen, X.ButtonRelease, 1)
        screen.sync()  # who hangs up before it is done may leave the button down


def colour(screen: Any, x: int, y: int) -> bytes:
    """The pixel as the X server stores it."""
    image = screen.screen().root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF)
    return bytes(image.data)


def wait(screen: Any, began: float, where: tuple[int, int], before: bytes) -> float:
    """Milliseconds from ``began`` until that place has another colour than ``before``; -1 after a second."""
    x, y = where
    while time.monotonic() < began + 1:
        if not screen.pending_events():
            select.select([screen], [], [], 0.1)
        told, touched = time.monotonic(), False
        while screen.pending_events():
            drawn = getattr(screen.next_event(), "area", None)
            if drawn is not None:
                inside = drawn.x <= x < drawn.x + drawn.width and drawn.y <= y < drawn.y + drawn.height
                touched = touched or inside
        if touched and colour(screen, x, y) != before:
            return (told - began) * 1000
    return -1.0


if __name__ == "__main__":
    main()
