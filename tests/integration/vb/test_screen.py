"""The screen's size changes while it runs: same stream, same page, everybody's picture and pointer in it."""

import pytest
from playwright.sync_api import Browser

from tests.support.vb_container import browser
from tests.support.vb_room import ANA, BEN, FakeRoom
from tests.support.vb_site import TellingSite
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Button, Move, encode
from vb.protocol.messages import AgentScreen, AgentStatus, Offer, Resize
from vb.protocol.screens import SCREENS, ScreenName

pytestmark = pytest.mark.docker

EPOCH = 5
GREEN = (20, 200, 60)
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Size</title><style>html { background: rgb(20, 200, 60) }</style>
<script>
const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
const size = () => say({ width: outerWidth, height: outerHeight, x: screenX, y: screenY });
addEventListener("resize", size);
addEventListener("keydown", (event) => say({ keydown: event.key }));
addEventListener("mousedown", (event) => say({ mousedown: event.button, x: event.screenX, y: event.screenY }));
say({ loaded: true });
size();
</script>"""


def shows(person: TestViewer, width: int, height: int) -> None:
    """Until this person's picture has the size, and the page's colour in its last corner."""
    person.page.wait_for_function(
        "([width, height]) => { const video = document.querySelector('video');"
        " return video.videoWidth === width && video.videoHeight === height; }",
        arg=[width, height],
        timeout=20_000,
    )
    corner = (width - 30, height - 30)
    for _ in range(200):
        if all(abs(a - b) < 24 for a, b in zip(person.pixels(corner)[0], GREEN, strict=True)):
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(f"Firefox does not fill {width}x{height}: {person.pixels(corner)}")


def test_everybody_follows_the_screen_without_a_reload(chromium: Browser) -> None:
    """All sizes: the window fills the screen, both pictures have its size, a click lands where it was meant to."""
    with (
        TellingSite(PAGE) as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url) as container,
        viewer(chromium, room) as ana,
        viewer(chromium, room, BEN) as ben,
    ):
        room.expect(AgentStatus, 60.0, state="ready")
        site.expect(60.0, loaded=True)
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_picture()
        ana.wait_for_channel()
        room.give_control(ANA.id, EPOCH)
        names: list[ScreenName] = ["1080p", "portrait", "480p", "720p"]
        for name in names:
            width, height = SCREENS[name]
            room.send(Resize(size=name))
            room.expect(AgentScreen, width=width, height=height)
            site.expect(width=width, height=height, x=0, y=0)
            for person in (ana, ben):
                shows(person, width, height)
            at = (width - 40, height - 50)
            ana.send(encode(Move(EPOCH, 5, 5)))
            ana.send(encode(Button(EPOCH, *at, 1, True)))
            ana.send(encode(Button(EPOCH, *at, 1, False)))
            site.expect(mousedown=0, x=at[0], y=at[1])
        assert sum("loaded" in said for said in site.said) == 1, "the page was loaded again"
        assert sum(isinstance(message, Offer) for message in room.heard) == 2, "somebody was connected again"
        assert "restarted" not in container.logs()


def test_a_restarted_screen_has_the_size_it_was_given(chromium: Browser) -> None:
    """Not the one that the browser began with; the picture goes on in it."""
    with (
        TellingSite(PAGE) as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url) as container,
        viewer(chromium, room) as ana,
    ):
        room.expect(AgentStatus, 60.0, state="ready")
        site.expect(60.0, loaded=True)
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        room.send(Resize(size="480p"))
        room.expect(AgentScreen, width=854, height=480)
        shows(ana, 854, 480)
        container.kill("Xvfb")
        room.expect(AgentStatus, 30.0, state="notice", reason="xvfb_restarted")
        site.expect(60.0, width=854, height=480)
        shows(ana, 854, 480)
