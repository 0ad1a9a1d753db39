"""What a driver does over the picture arrives as frames that the agent can read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.chromium import until
from tests.support.fake_signal import BEN, ME, VB, FakeSignal, browser_status
from tests.support.fake_vb import FakeVb
from vb.protocol import messages
from vb.protocol.input import Button, InputFrame, Key, Move, Release, Wheel

EPOCH = 1_767_265_200_123  # as large as real ones: milliseconds
SHIFT, CONTROL, ALT = 0xFFE1, 0xFFE3, 0xFFE9
ESCAPE = 0xFF1B


class Driver:
    """Somebody who drives, and what the agent gets of it."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.signal = signal
        self._vb = vb

    def at(self, x: int, y: int) -> tuple[float, float]:
        """The point of the page under which pixel (x, y) of the 1280x720 screen lies."""
        box = self.page.locator("#stage-video").bounding_box()
        assert box is not None
        scale = min(box["width"] / 1280, box["height"] / 720)
        left = box["x"] + (box["width"] - 1280 * scale) / 2
        top = box["y"] + (box["height"] - 720 * scale) / 2
        return left + (x + 0.5) * scale, top + (y + 0.5) * scale

    def key(self, kind: str, key: str, **fields: object) -> None:
        """A key event as some keyboard would make it: ``code``, ``location``, ``repeat``, modifiers, ..."""
        script = """([kind, init]) => document.querySelector('#stage-keys')
            .dispatchEvent(new KeyboardEvent(kind, { bubbles: true, cancelable: true, ...init }))"""
        self.page.evaluate(script, [kind, {"key": key, **fields}])

    def frames(self) -> list[InputFrame]:
        """What arrived since the last time, once nothing more comes."""
        found: list[InputFrame] = []
        quiet = 0
        while quiet < 2:
            self.page.wait_for_timeout(80)
            news = self._vb.frames()
            found += news
            quiet = 0 if news else quiet + 1
        return found

    def typed(self) -> list[tuple[int, bool]]:
        return [(frame.keysym, frame.down) for frame in self.frames() if isinstance(frame, Key)]


def hold(signal: FakeSignal, holder: str | None, epoch: int = EPOCH) -> None:
    state = "HELD" if holder else "FREE"
    status = messages.ControlStatus(state=state, epoch=epoch, holder=holder)  # type: ignore[arg-type]
    signal.event(messages.ControlChanged(control=status))


@pytest.fixture
def driver(enter: Callable[[], Page], page: Page, signal: FakeSignal) -> Driver:
    signal.peers = [ME, BEN, VB]
    signal.browser = browser_status("READY")
    vb = FakeVb(page.context.new_page(), signal)
    page.bring_to_front()
    enter()
    vb.offer()
    vb.until(page, "document.querySelector('#stage').dataset.face === 'live'")
    hold(signal, ME.id)
    until(page, "document.activeElement.id === 'stage-keys'")
    driver = Driver(page, vb, signal)
    driver.frames()
    return driver


def test_click(driver: Driver) -> None:
    """A press and a release at the right pixel, with the epoch of the grant."""
    driver.page.mouse.move(*driver.at(640, 360))
    driver.page.mouse.down()
    driver.page.mouse.up()
    assert driver.frames() == [
        Move(EPOCH, 640, 360),
        Button(EPOCH, 640, 360, 1, True),
        Button(EPOCH, 640, 360, 1, False),
    ]


@pytest.mark.parametrize("size", [(1600, 500), (700, 1000), (393, 851)])
def test_corners_at_every_shape(driver: Driver, size: tuple[int, int]) -> None:
    """Letterboxed above, beside and on a phone, the corners are the corners."""
    driver.page.set_viewport_size({"width": size[0], "height": size[1]})
    for x, y in ((2, 2), (1277, 2), (1277, 717), (2, 717)):
        driver.frames()
        driver.page.mouse.move(*driver.at(x, y))
        frame = driver.frames()[-1]  # one at a time: two moves within a frame of the page are one
        assert isinstance(frame, Move)
        assert abs(frame.x - x) <= 2
        assert abs(frame.y - y) <= 2


def test_bars_are_not_the_screen(driver: Driver) -> None:
    """Beside the picture nothing happens; a drag that leaves it goes on at its edge."""
    driver.page.set_viewport_size({"width": 1280, "height": 1000})
    x, y = driver.at(640, 0)
    driver.page.mouse.move(x, y - 20)
    driver.page.mouse.click(x, y - 20)
    assert [frame for frame in driver.frames() if not isinstance(frame, Release)] == []
    driver.page.mouse.move(x, y + 5)
    driver.page.mouse.down()
    driver.page.mouse.move(x, y - 20)
    driver.page.mouse.up()
    assert driver.frames()[-1] == Button(EPOCH, 640, 0, 1, False)


def test_right_button_and_wheel(driver: Driver) -> None:
    """The right button is X's third; a notch of the wheel is 120."""
    x, y = driver.at(100, 100)
    driver.page.mouse.click(x, y, button="right")
    driver.page.mouse.wheel(0, 100)
    driver.page.mouse.wheel(-50, 0)
    pressed, released, down, left = driver.frames()[1:]
    assert [pressed, released] == [Button(EPOCH, 100, 100, 3, True), Button(EPOCH, 100, 100, 3, False)]
    turned = [(wheel.dx, wheel.dy) for wheel in (down, left) if isinstance(wheel, Wheel)]
    assert turned == [(0, 120), (-60, 0)]


def test_typing(driver: Driver) -> None:
    """Letters, shifted symbols and moves, each down and up."""
    driver.page.keyboard.press("a")
    driver.page.keyboard.press("Shift+Digit1")
    driver.page.keyboard.press("ArrowLeft")
    assert driver.typed() == [
        (0x61, True),
        (0x61, False),
        (SHIFT, True),
        (0x21, True),
        (0x21, False),
        (SHIFT, False),
        (0xFF51, True),
        (0xFF51, False),
    ]


def test_tab_stays_on_the_stage(driver: Driver) -> None:
    """Tab is a key of the shared screen while somebody drives."""
    driver.page.keyboard.press("Tab")
    assert driver.typed() == [(0xFF09, True), (0xFF09, False)]
    assert driver.page.evaluate("document.activeElement.id") == "stage-keys"


def test_key_that_changes_while_it_is_down(driver: Driver) -> None:
    """What went down comes up, whatever Shift has made of the key since."""
    driver.key("keydown", "1", code="Digit1")
    driver.key("keyup", "!", code="Digit1", shiftKey=True)
    assert driver.typed() == [(0x31, True), (0x31, False)]


def test_repeat_is_left_to_the_shared_screen(driver: Driver) -> None:
    """A key that is held repeats over there."""
    driver.key("keydown", "x", code="KeyX")
    driver.key("keydown", "x", code="KeyX", repeat=True)
    assert driver.typed() == [(0x78, True)]


def test_altgr_types_its_character_alone(driver: Driver) -> None:
    """Windows tells of AltGr as Control and Alt; neither stays down under the character."""
    driver.key("keydown", "Control", code="ControlLeft", location=1, ctrlKey=True)
    driver.key("keydown", "AltGraph", code="AltRight", location=2, modifierAltGraph=True)
    driver.key("keydown", "@", code="KeyQ", ctrlKey=True, altKey=True, modifierAltGraph=True)
    driver.key("keyup", "@", code="KeyQ", ctrlKey=True, altKey=True, modifierAltGraph=True)
    assert driver.typed() == [(CONTROL, True), (CONTROL, False), (0x40, True), (0x40, False)]


def test_modifier_that_came_up_elsewhere(driver: Driver) -> None:
    """After Alt+Tab the window never hears of Alt's end: the next key lets it go."""
    driver.key("keydown", "Alt", code="AltLeft", location=1, altKey=True)
    driver.key("keydown", "b", code="KeyB")
    assert driver.typed() == [(ALT, True), (ALT, False), (0x62, True)]


def test_dead_key_and_input_method(driver: Driver) -> None:
    """What an input method makes of several keys arrives as its result, once."""
    driver.key("keydown", "Dead", code="Quote")
    session = driver.page.context.new_cdp_session(driver.page)
    session.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    assert driver.typed() == []
    session.send("Input.insertText", {"text": "你é"})
    assert driver.typed() == [(0x1004F60, True), (0x1004F60, False), (0xE9, True), (0xE9, False)]
    driver.page.keyboard.press("z")
    assert driver.typed() == [(0x7A, True), (0x7A, False)]


def test_phone_keyboard_is_followed_as_it_changes_words(driver: Driver) -> None:
    """A phone completes and corrects words after the fact: each change is typed at once, with backspaces."""
    driver.page.evaluate("document.querySelector('#open-keyboard').click()")
    driver.frames()
    session = driver.page.context.new_cdp_session(driver.page)
    backspace = 0xFF08
    for text, typed in (("go", [0x67, 0x6F]), ("gos", [0x73]), ("goo", [backspace, 0x6F])):
        end = len(text)
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": end, "selectionEnd": end})
        assert [keysym for keysym, down in driver.typed() if down] == typed
    session.send("Input.insertText", {"text": "goo"})
    assert driver.typed() == []
    driver.page.evaluate("document.execCommand('delete')")
    assert driver.typed() == [(backspace, True), (backspace, False)]


def test_losing_the_focus_lets_everything_go(driver: Driver) -> None:
    """No key stays down when the window is left."""
    driver.key("keydown", "w", code="KeyW")
    driver.page.locator("#chat-input").focus()
    assert driver.frames() == [Key(EPOCH, 0x77, True), Release(EPOCH)]
    driver.key("keyup", "w", code="KeyW")
    assert driver.typed() == []


def test_escape_twice_lets_go(driver: Driver) -> None:
    """The first is typed; the second, soon after, gives control back."""
    driver.key("keydown", "Escape", code="Escape")
    driver.key("keyup", "Escape", code="Escape")
    driver.key("keydown", "Escape", code="Escape")
    assert driver.typed() == [(ESCAPE, True), (ESCAPE, False)]
    assert len(driver.signal.heard("control.release")) == 1


def test_escape_after_another_key_is_typed(driver: Driver) -> None:
    """Only two in a row, without a key between them, mean letting go."""
    for key in ("Escape", "a", "Escape"):
        driver.key("keydown", key, code=key)
        driver.key("keyup", key, code=key)
    assert [keysym for keysym, down in driver.typed() if down] == [ESCAPE, 0x61, ESCAPE]
    assert driver.signal.heard("control.release") == []


def test_without_control_nothing_is_sent(driver: Driver) -> None:
    """Neither mouse nor keys, from the moment that somebody else drives."""
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "turtus.state.control.holder === 'p-ben'")
    driver.frames()
    driver.page.mouse.click(*driver.at(10, 10))
    driver.page.keyboard.press("a")
    assert driver.frames() == []


def test_click_takes_a_free_wheel(driver: Driver) -> None:
    """When nobody drives, a click on the picture takes control and is not itself sent."""
    hold(driver.signal, None, EPOCH + 1)
    until(driver.page, "turtus.state.control.state === 'FREE'")
    driver.frames()
    driver.page.mouse.click(*driver.at(10, 10))
    driver.page.wait_for_timeout(100)
    assert len(driver.signal.heard("control.take")) == 1
    assert driver.frames() == []


def test_new_grant_uses_its_epoch(driver: Driver) -> None:
    """Frames carry the number of the grant that is in force."""
    hold(driver.signal, ME.id, EPOCH + 7)
    until(driver.page, f"turtus.state.control.epoch === {EPOCH + 7}")
    driver.page.keyboard.press("q")
    assert {frame.epoch for frame in driver.frames()} == {EPOCH + 7}


def test_writing_a_message_is_not_interrupted(driver: Driver) -> None:
    """Being handed the wheel does not take the keys from somebody who writes."""
    hold(driver.signal, BEN.id, EPOCH + 1)
    driver.page.locator("#chat-input").focus()
    hold(driver.signal, ME.id, EPOCH + 2)
    until(driver.page, "turtus.state.control.holder === 'p-ana'")
    assert driver.page.evaluate("document.activeElement.id") == "chat-input"


def test_finger(driver: Driver) -> None:
    """A tap clicks, a drag scrolls the other way, a long press is the right button."""
    session = driver.page.context.new_cdp_session(driver.page)
    x, y = driver.at(640, 360)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": px, "y": py} for px, py in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", (x, y))
    touch("touchEnd")
    tap = [frame for frame in driver.frames() if not isinstance(frame, Release)]
    assert [type(frame) for frame in tap] == [Move, Button, Button]
    touch("touchStart", (x, y))
    touch("touchMove", (x, y - 60))
    touch("touchEnd")
    scrolled = [frame for frame in driver.frames() if isinstance(frame, Wheel)]
    assert sum(frame.dy for frame in scrolled) > 0
    touch("touchStart", (x, y))
    driver.page.wait_for_timeout(700)
    touch("touchEnd")
    pressed = [frame.button for frame in driver.frames() if isinstance(frame, Button)]
    assert pressed == [3, 3]
