"""Driving a real Firefox: what is typed, clicked and turned arrives in a web page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.vb_driver import PLACE, Driver
from tests.support.vb_house import House
from tests.support.vb_room import ANA, BEN
from tests.support.vb_site import PAGE
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Button, Wheel, encode

pytestmark = pytest.mark.docker
SHIFT_L, CONTROL_L, RETURN = 0xFFE1, 0xFFE3, 0xFF0D


class Two(Driver):
    """A viewer that holds control, and another."""

    def __init__(self, house: House, who: TestViewer, other: TestViewer) -> None:
        super().__init__(house, who)
        self.other = other


@pytest.fixture(scope="module")
def driver(chromium: Browser, house: House) -> Iterator[Two]:
    house.show(PAGE)
    with viewer(chromium, house.room, ANA) as ana, viewer(chromium, house.room, BEN) as ben:
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_channel()
        yield Two(house, ana, ben)


def test_text_of_any_alphabet_is_typed(driver: Two) -> None:
    """Letters, capitals, signs, umlauts, Greek, Cyrillic, Chinese, emoji: as typed, in order."""
    driver.take_control()
    driver.click(at=(640, 200))
    driver.site.expect(mouseup=0)
    text = "Hi, it's me! ÄöüßéñÇ @#€ Ωμέγα Привет 你好 😀 done."
    driver.type(text)
    driver.site.expect(20.0, text=text)


def test_modifiers_do_what_they_do(driver: Two) -> None:
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


def test_buttons_and_wheel(driver: Two) -> None:
    """Pressed where they are; down is down."""
    driver.take_control()
    driver.click()
    pressed = driver.site.expect(mousedown=0)
    assert (pressed["x"], pressed["y"]) == PLACE
    driver.site.expect(mouseup=0)
    driver.who.send(encode(Wheel(driver.epoch, *PLACE, 0, 240)))
    driver.site.expect(wheel=1)
    driver.who.send(encode(Wheel(driver.epoch, *PLACE, 0, -240)))
    driver.site.expect(wheel=-1)


def test_who_does_not_drive_does_nothing(driver: Two) -> None:
    """Neither the other viewer, nor the driver with an old epoch, nor garbage."""
    driver.take_control()
    before = len(driver.site.said)
    driver.other.send(encode(Button(driver.epoch, *PLACE, 1, True)))
    driver.who.send(encode(Button(driver.epoch - 1, *PLACE, 1, True)))
    driver.who.send(b"\x09nonsense")
    driver.key(ord("z"))  # comes after them
    driver.site.expect(keyup="z")
    driver.who.page.wait_for_timeout(200)  # Ben's came by another way
    assert not [what for what in driver.site.said[before:] if "mousedown" in what]
    driver.click()
    driver.site.expect(mousedown=0)


def test_input_that_overtakes_the_news_of_its_driver_is_done(driver: Two) -> None:
    """A page may hear that it drives before the agent does: what it sends then is done when the agent knows."""
    driver.take_control()
    driver.epoch += 1
    driver.key(ord("q"))
    driver.who.page.wait_for_timeout(200)
    assert {"keydown": "q"} not in driver.site.said
    driver.take_control()
    driver.site.expect(keydown="q")
    driver.site.expect(keyup="q")


def test_a_change_of_control_lets_go_of_everything(driver: Two) -> None:
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


def test_a_driver_that_vanishes_leaves_no_key_down(driver: Two) -> None:
    """Its connection ends while it holds a button."""
    driver.take_control()
    driver.click(down=True)
    driver.site.expect(mousedown=0)
    driver.who.close()
    driver.site.expect(30.0, mouseup=0)
