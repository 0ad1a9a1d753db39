"""Firefox's start page and new tabs: ours, with an address bar that is free for what people type."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.vb_driver import Driver
from tests.support.vb_house import House
from tests.support.vb_site import PAGE
from tests.support.vb_viewer import viewer

pytestmark = pytest.mark.docker
CONTROL_L, END, RETURN = 0xFFE3, 0xFF57, 0xFF0D


@pytest.fixture
def driver(chromium: Browser, house: House) -> Iterator[Driver]:
    house.show(PAGE)
    with viewer(chromium, house.room) as ana:
        ana.join()
        ana.wait_for_channel()
        driver = Driver(house, ana)
        driver.take_control()
        yield driver


def title(house: House) -> str:
    """Of Firefox's window."""
    script = (
        "from Xlib import X, display; d = display.Display(':99'); name = d.get_atom('_NET_WM_NAME');"
        "tree = lambda w: [w, *(each for child in w.query_tree().children for each in tree(child))];"
        "found = [p.value.decode() for w in tree(d.screen().root)"
        " if (p := w.get_full_property(name, X.AnyPropertyType)) and w.get_wm_class()];"
        "print(max(found, key=len))"
    )
    return house.container.run("python", "-c", script)


def test_new_tab_shows_our_page_and_an_empty_bar(driver: Driver) -> None:
    """What is typed at the end of what the bar holds is the whole address."""
    house = driver.house
    driver.press(CONTROL_L, ord("t"))
    deadline = time.monotonic() + 10.0
    while not title(house).startswith("Turtus"):
        assert time.monotonic() < deadline, title(house)
        time.sleep(0.2)
    house.site.said.clear()
    driver.press(END)
    driver.type(house.site.url)
    driver.press(RETURN)
    house.site.expect(20.0, shown=True)
    driver.press(CONTROL_L, ord("w"))
