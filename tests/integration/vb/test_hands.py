"""What hands do that have more than keys and two buttons, from a real page to a real Firefox."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.support.page_room import PersonPage, person_page
from tests.support.vb_house import House
from tests.support.vb_room import ANA
from vb.protocol.messages import ControlStatus

pytestmark = pytest.mark.docker
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Hands</title>
<style>
  html, body { margin: 0; height: 100% }
  textarea, a { display: block; width: 100%; height: 50%; border: 0 }
</style>
<textarea autofocus spellcheck="false"></textarea><a href="#two">Two</a>
<script>
const area = document.querySelector("textarea");
const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
area.oninput = () => say({ text: area.value });
addEventListener("keydown", (event) => event.key.startsWith("Media") && say({ key: event.key }));
let turns = 0;
addEventListener("popstate", () => say({ at: location.hash, turn: (turns += 1) }));
area.focus();
</script>"""
BUTTONS = {"back": 8, "forward": 16}  # MouseEvent.buttons
TEXT_AREA, LINK = (640, 250), (640, 600)


class Hands:
    """The page of the one who drives, and what Firefox's page told of it."""

    def __init__(self, house: House, ana: PersonPage) -> None:
        self.house = house
        self.ana = ana
        self.session: CDPSession = ana.page.context.new_cdp_session(ana.page)

    def expect(self, **wanted: str | int) -> None:
        """Wait until Firefox's page has said so, with the page of the driver going on."""
        deadline = time.monotonic() + 10.0
        while not any(wanted.items() <= what.items() for what in self.house.site.said):
            assert time.monotonic() < deadline, (wanted, self.house.site.said)
            self.ana.wait(50)

    def press(self, button: str, x: int, y: int) -> None:
        """A mouse's button that Playwright has no name for."""
        where = {"x": x, "y": y, "button": button, "clickCount": 1}
        for kind, buttons in (("mousePressed", BUTTONS[button]), ("mouseReleased", 0)):
            self.session.send("Input.dispatchMouseEvent", {"type": kind, "buttons": buttons, **where})


@pytest.fixture
def hands(chromium: Browser, house: House) -> Iterator[Hands]:
    house.show(PAGE)
    with person_page(chromium, house.room, ANA) as ana:
        ana.join()
        epoch = house.hand_to(ANA.id)
        ana.control(ControlStatus(state="HELD", epoch=epoch, holder=ANA.id))
        ana.until("document.activeElement.id === 'stage-keys'")
        ana.page.mouse.click(*ana.at(*TEXT_AREA))
        ana.wait(300)
        yield Hands(house, ana)


def test_an_input_methods_text_arrives_exactly(hands: Hands) -> None:
    """Composed in steps, changed before it is done, and more typed after it; only the outcome is typed over there."""
    compose, commit = "Input.imeSetComposition", "Input.insertText"
    for text in ("n", "ni", "你", "你h", "你好"):
        hands.session.send(compose, {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        hands.ana.wait(50)
    hands.session.send(commit, {"text": "你好"})
    hands.ana.page.keyboard.type(" und ")
    for text in ("に", "にほ", "にほんご", "日本語"):
        hands.session.send(compose, {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        hands.ana.wait(50)
    hands.session.send(commit, {"text": "日本語"})
    hands.session.send(commit, {"text": "é😀"})
    hands.expect(text="你好 und 日本語é😀")


def test_back_and_forward_buttons_turn_pages(hands: Hands) -> None:
    """A mouse's fourth and fifth button, as on one's own desk."""
    hands.ana.page.mouse.click(*hands.ana.at(*LINK))
    hands.expect(at="#two", turn=1)
    x, y = hands.ana.at(*LINK)
    hands.press("back", int(x), int(y))
    hands.expect(at="", turn=2)
    hands.press("forward", int(x), int(y))
    hands.expect(at="#two", turn=3)


@pytest.mark.parametrize(
    ("key", "named"), [("MediaPlayPause", "MediaPlay"), ("MediaTrackNext", "MediaTrackNext")]
)
def test_media_keys_reach_the_page(hands: Hands, key: str, named: str) -> None:
    """Those of a keyboard's top row, as Firefox on X names them."""
    for kind in ("keyDown", "keyUp"):
        hands.session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key})
    hands.expect(key=named)
