"""Runs beside the agent's display: real presses (XTEST), and how long until the browser has drawn (DAMAGE).

Usage: ``python -c SCRIPT X Y PRESSES PAUSE_S WIDTH HEIGHT``. Prints milliseconds, one press a line. A drawing
counts when it touches the rectangle of WIDTH x HEIGHT around X, Y and nothing was drawn there in between.
"""

import random
import select
import sys
import time
from typing import Any

from Xlib import X, display
from Xlib.ext import damage, xtest


def main() -> None:
    """Press, wait for the drawing, rest, and again."""
    x, y, presses = (int(word) for word in sys.argv[1:4])
    pause_s, width, height = float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
    screen: Any = display.Display()
    screen.damage_query_version()
    root = screen.screen().root
    root.damage_create(damage.DamageReportRawRectangles)
    xtest.fake_input(screen, X.MotionNotify, x=x, y=y)
    screen.sync()
    for _ in range(presses):
        time.sleep(pause_s + random.uniform(0, 0.017))  # at any moment of the screen's beat
        while screen.pending_events():
            screen.next_event()
        began = time.monotonic()
        xtest.fake_input(screen, X.ButtonPress, 1)
        screen.flush()
        print(wait(screen, began, (x, y, width, height)))
        xtest.fake_input(screen, X.ButtonRelease, 1)
        screen.flush()


def wait(screen: Any, began: float, where: tuple[int, int, int, int]) -> float:
    """Milliseconds from ``began`` until that place is drawn; -1 after a second."""
    x, y, width, height = where
    while time.monotonic() < began + 1:
        if not screen.pending_events():
            select.select([screen], [], [], 0.1)
        while screen.pending_events():
            drawn = getattr(screen.next_event(), "area", None)
            if drawn is not None and min(drawn.width - width, drawn.height - height) >= 0:
                right, bottom = drawn.x + drawn.width, drawn.y + drawn.height
                if drawn.x <= x < right and drawn.y <= y < bottom:
                    return (time.monotonic() - began) * 1000
    return -1.0


if __name__ == "__main__":
    main()
