"""The screen's size, on a real X server."""

from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X, display
from Xlib.ext import randr, xtest

from tests.support.aio import on_loop
from tests.support.x_screen import x_screen
from vb.desktop.screen import LiveScreen, fit
from vb.protocol.screens import SCREENS, largest

LARGEST = largest(*SCREENS["720p"])


@pytest.fixture(scope="module")
def x() -> Iterator[str]:
    with x_screen("{}x{}x24".format(*LARGEST)) as name:
        yield name


def size_of(connection: Any) -> tuple[int, int]:
    shown = connection.screen().root.get_geometry()
    return shown.width, shown.height


@on_loop
async def test_the_probe_gives_a_new_server_its_size(x: str) -> None:
    """Ready is a screen that answers and has the size that is wanted, also after X was restarted."""
    screen = LiveScreen(x, 1280, 720)
    assert await screen()
    watcher = display.Display(x)
    assert size_of(watcher) == (1280, 720)
    assert fit(watcher, *LARGEST)
    assert await screen()
    assert size_of(watcher) == (1280, 720)
    watcher.close()


@on_loop
async def test_every_size_is_taken_while_programs_go_on(x: str) -> None:
    """Any after any other; programs are told as of another monitor; the pointer stays on what is shown."""
    screen = LiveScreen(x, 1280, 720)
    watcher = display.Display(x)
    root = watcher.screen().root
    root.xrandr_select_input(randr.RRScreenChangeNotifyMask)
    for size in [*SCREENS.values(), *reversed(SCREENS.values())]:
        assert await screen.resize(*size)
        assert screen.size == size_of(watcher) == size
        resources = root.xrandr_get_screen_resources()
        monitor = watcher.xrandr_get_crtc_info(resources.crtcs[0], resources.config_timestamp)
        assert (monitor.x, monitor.y, monitor.width, monitor.height) == (0, 0, *size)
        xtest.fake_input(watcher, X.MotionNotify, x=0x7FFF, y=0x7FFF)
        pointer = root.query_pointer()
        assert (pointer.root_x, pointer.root_y) == (size[0] - 1, size[1] - 1)
    watcher.sync()
    events = [watcher.next_event() for _ in range(watcher.pending_events())]
    assert any((event.width_in_pixels, event.height_in_pixels) == SCREENS["portrait"] for event in events)
    assert len(root.xrandr_get_screen_resources().modes) <= len(SCREENS) + 1, "modes are used again"
    watcher.close()


@on_loop
async def test_what_cannot_be_done_changes_nothing(x: str) -> None:
    """A size beyond the server's memory, and a server that is not there."""
    screen = LiveScreen(x, 854, 480)
    assert await screen()
    assert not await screen.resize(LARGEST[0] + 2, 480)
    assert screen.size == (854, 480)
    watcher = display.Display(x)
    assert size_of(watcher) == (854, 480)
    watcher.close()
    gone = LiveScreen(":987", 854, 480)
    assert not await gone()
    assert not await gone.resize(1280, 720)
    assert gone.size == (854, 480)
