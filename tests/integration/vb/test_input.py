"""Driving a real Firefox: what is typed, clicked and turned arrives in a web page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.vb_container import browser
from tests.support.vb_room import ANA, BEN, FakeRoom
from tests.support.vb_site import TellingSite
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Button, Key, Wheel, encode
from vb.protocol.messages import AgentStatus

pytestmark = pytest.mark.docker
SHIFT_L, CONTROL_L, RETURN = 0xFFE1, 0xFFE3, 0xFF0D
PAGE_X, PAGE_Y = 640, 500


class Driver:
    """A viewer that holds control."""

    def __init__(self, room: FakeRoom, site: TellingSite, who: TestViewer, other: TestViewer) -> None:
        self.room = room
        self.site = site
        self.who = who
        self.other = other
        self.epoch = 1

    def take_control(self, who: TestViewer | None = None) -> None:
        self.epoch += 1
        self.who = who or self.who
        self.room.give_control(self.who.peer.id, self.epoch)
        self.who.page.wait_for_timeout(100)

    def key(self, keysym: int, *, down: bool | None = None) -> None:
        for step in (True, False) if down is None else (down,):
            self.who.send(encode(Key(self.epoch, keysym, step)))

    def type(self, text: str) -> None:
        for sign in text:
            point = ord(sign)
            self.key(point if point < 0x100 else 0x01000000 + point)

    def click(self, button: int = 1, *, down: bool | None = None) -> None:
        for step in (True, False) if down is None else (down,):
            self.who.send(encode(Button(self.epoch, PAGE_X, PAGE_Y, button, step)))


@pytest.fixture(scope="module")
def driver(chromium: Browser) -> Iterator[Driver]:
    with (
        TellingSite() as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url) as _,
        viewer(chromium, room, ANA) as ana,
        viewer(chromium, room, BEN) as ben,
    ):
        room.expect(AgentStatus, 30.0, state="ready")
        site.expect(30.0, loaded=True)
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_picture()
            person.wait_for_channel()
        yield Driver(room, site, ana, ben)


def test_text_of_any_alphabet_is_typed(driver: Driver) -> None:
    """Letters, capitals, signs, umlauts, Greek, Cyrillic, Chinese, emoji: as typed, in order."""
    driver.take_control()
    driver.who.send(encode(Button(driver.epoch, 640, 200, 1, True)))
    driver.who.send(encode(Button(driver.epoch, 640, 200, 1, False)))
    driver.site.expect(mouseup=0)
    text = "Hi, it's me! ÄöüßéñÇ @#€ Ωμέγα Привет 你好 😀 done."
    driver.type(text)
    driver.site.expect(20.0, text=text)


def test_modifiers_do_what_they_do(driver: Driver) -> None:
    """Control+A selects all, what is typed then replaces it; Shift makes no stray events."""
    driver.take_control()
    driver.key(CONTROL_L, down=True)
    driver.key(ord("a"))
    driver.key(CONTROL_L, down=False)
    driver.key(SHIFT_L, down=True)
    driver.key(ord("A"))
    driver.key(SHIFT_L, down=False)
    driver.site.expect(text="A")
    driver.key(RETURN)
    driver.site.expect(text="A\n")


def test_buttons_and_wheel(driver: Driver) -> None:
    """Pressed where they are; down is down."""
    driver.take_control()
    driver.click()
    pressed = driver.site.expect(mousedown=0)
    assert (pressed["x"], pressed["y"]) == (PAGE_X, PAGE_Y)
    driver.site.expect(mouseup=0)
    driver.who.send(encode(Wheel(driver.epoch, PAGE_X, PAGE_Y, 0, 240)))
    driver.site.expect(wheel=1)
    driver.who.send(encode(Wheel(driver.epoch, PAGE_X, PAGE_Y, 0, -240)))
    driver.site.expect(wheel=-1)


def test_who_does_not_drive_does_nothing(driver: Driver) -> None:
    """Neither the other viewer, nor the driver with an old epoch, nor garbage."""
    driver.take_control()
    before = len(driver.site.said)
    driver.other.send(encode(Button(driver.epoch, PAGE_X, PAGE_Y, 1, True)))
    driver.who.send(encode(Button(driver.epoch - 1, PAGE_X, PAGE_Y, 1, True)))
    driver.who.send(b"\x09nonsense")
    driver.who.page.wait_for_timeout(700)
    assert not [what for what in driver.site.said[before:] if "mousedown" in what]
    driver.click()
    driver.site.expect(mousedown=0)


def test_a_change_of_control_lets_go_of_everything(driver: Driver) -> None:
    """A key and a button that the old driver holds come up; the new one drives."""
    driver.take_control()
    driver.click(down=True)
    driver.site.expect(mousedown=0)
    driver.key(ord("x"), down=True)
    driver.site.expect(keydown="x")
    old = driver.who
    driver.take_control(driver.other)
    driver.other = old
    driver.site.expect(mouseup=0)
    assert {"keyup": "x"} in driver.site.said
    driver.click()
    driver.site.expect(mousedown=0)


def test_a_driver_that_vanishes_leaves_no_key_down(driver: Driver) -> None:
    """Its connection ends while it holds a button."""
    driver.take_control()
    driver.click(down=True)
    driver.site.expect(mousedown=0)
    driver.who.close()
    driver.site.expect(20.0, mouseup=0)
