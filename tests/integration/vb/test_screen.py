"""The screen's size changes while it runs: same stream, same page, everybody's picture and pointer in it.

That a screen which died comes back in its size is in ``test_mending``.
"""

import pytest
from playwright.sync_api import Browser

from tests.support.vb_driver import Driver
from tests.support.vb_house import House
from tests.support.vb_room import ANA, BEN
from tests.support.vb_screen import PAGE, shows
from tests.support.vb_viewer import viewer
from vb.protocol.input import Move
from vb.protocol.messages import AgentScreen, Offer, Resize
from vb.protocol.screens import SCREENS, ScreenName

pytestmark = pytest.mark.docker


def test_everybody_follows_the_screen_without_a_reload(chromium: Browser, house: House) -> None:
    """All sizes: the window fills the screen, both pictures have its size, a click lands where it was meant to."""
    house.show(PAGE)
    room, site = house.room, house.site
    with viewer(chromium, room, ANA) as ana, viewer(chromium, room, BEN) as ben:
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_picture()
        ana.wait_for_channel()
        driver = Driver(house, ana)
        driver.take_control()
        names: list[ScreenName] = ["1080p", "portrait", "480p", "720p"]
        for name in names:
            width, height = SCREENS[name]
            room.send(Resize(size=name))
            room.expect(AgentScreen, width=width, height=height)
            site.expect(width=width, height=height, x=0, y=0)
            for person in (ana, ben):
                shows(person, width, height)
            at = (width - 40, height - 50)
            driver.send(Move(driver.epoch, 5, 5))
            driver.click(at=at)
            site.expect(mousedown=0, x=at[0], y=at[1])
        assert sum("loaded" in said for said in site.said) == 1, "the page was loaded again"
        assert sum(isinstance(message, Offer) for message in room.heard) == 2, "somebody was connected again"
        assert "restarted" not in house.container.logs()
