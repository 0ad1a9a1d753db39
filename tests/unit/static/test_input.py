"""What a driver does over the picture arrives as frames that the agent can read."""

import pytest

from tests.support.chromium import until
from tests.support.driver import ALT, CONTROL, EPOCH, ESCAPE, SHIFT, STILL_HERE, Driver, hold
from tests.support.fake_signal import BEN, ME
from vb.protocol.input import Button, Key, Move, Release, Wheel


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


@pytest.mark.parametrize(
    ("zoom", "density"), [(0.5, 1), (0.8, 1), (1.25, 1), (1.5, 1), (2, 1), (1, 1.5), (1, 2), (1, 3)]
)
def test_places_are_exact_at_every_zoom_and_density(driver: Driver, zoom: float, density: float) -> None:
    """Zoomed by 50 to 200 %, on screens of 1 to 3 pixels each way: no more off than one pixel of the page."""
    session = driver.page.context.new_cdp_session(driver.page)
    size = {"width": round(1920 / zoom), "height": round(1080 / zoom)}
    ratio = zoom * density
    session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": ratio, "mobile": False})
    until(
        driver.page,
        f"Math.abs(devicePixelRatio - {ratio}) < 0.01 && Math.abs(innerWidth - {size['width']}) < 2",
    )
    css_px = 1279 / (driver.at(1279, 0)[0] - driver.at(0, 0)[0])
    for x, y in ((320, 180), (961, 361), (800, 603)):
        driver.frames()
        driver.page.mouse.move(*driver.at(x, y))
        frame = driver.frames()[-1]
        assert isinstance(frame, Move)
        assert abs(frame.x - x) <= css_px
        assert abs(frame.y - y) <= css_px


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
    assert turned == [(0, 120), (-300, 0)]


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


def test_repeat(driver: Driver) -> None:
    """Keys repeat over there; that a character is still down is said again, for those that were only tapped."""
    driver.key("keydown", "x", code="KeyX")
    driver.key("keydown", "x", code="KeyX", repeat=True)
    driver.key("keydown", "ArrowLeft", code="ArrowLeft")
    driver.key("keydown", "ArrowLeft", code="ArrowLeft", repeat=True)
    assert driver.typed() == [(0x78, True), (0x78, True), (0xFF51, True)]


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


def test_who_holds_something_says_so(driver: Driver) -> None:
    """Twice a second, or the agent lets go; not when nothing is held."""
    still = (STILL_HERE.keysym, False)
    driver.key("keydown", "w", code="KeyW")
    driver.page.wait_for_timeout(1300)
    said = [(frame.keysym, frame.down) for frame in driver.vb.frames() if isinstance(frame, Key)]
    assert said.count(still) >= 2
    driver.key("keyup", "w", code="KeyW")
    driver.frames()
    driver.page.wait_for_timeout(700)
    assert driver.vb.frames() == []


def test_shortcuts_of_another_alphabet(driver: Driver) -> None:
    """Control+C where C types a Cyrillic letter; without Control it is that letter."""
    driver.key("keydown", "с", code="KeyC", ctrlKey=True)
    driver.key("keyup", "с", code="KeyC", ctrlKey=True)
    driver.key("keydown", "à", code="Digit0", ctrlKey=True)
    driver.key("keyup", "à", code="Digit0", ctrlKey=True)
    driver.key("keydown", "с", code="KeyC")
    assert [keysym for keysym, down in driver.typed() if down] == [ord("c"), ord("0"), 0x01000441]


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("F5", {}),
        ("r", {"ctrlKey": True}),
        ("l", {"ctrlKey": True}),
        ("f", {"ctrlKey": True}),
        ("t", {"ctrlKey": True}),
        ("w", {"ctrlKey": True}),
        ("ArrowLeft", {"altKey": True}),
        ("Tab", {"ctrlKey": True}),
        ("BrowserBack", {}),
        ("MediaPlayPause", {}),
        ("F11", {}),
    ],
)
def test_the_browsers_own_shortcuts_go_over(driver: Driver, key: str, fields: dict[str, bool]) -> None:
    """Each that reaches the page: it is sent, and this browser does nothing of its own."""
    script = """([key, fields]) => !document.querySelector('#stage-keys')
        .dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...fields }))"""
    assert driver.page.evaluate(script, [key, fields])
    assert len([down for _, down in driver.typed() if down]) == 1


def test_full_screen_takes_the_keys_that_a_page_can_have(driver: Driver) -> None:
    """Where the browser has a keyboard lock it is asked for in full screen, and given back after it."""
    asked = """() => {
        window.asked = [];
        const keyboard = { lock: async () => asked.push('lock'), unlock: () => asked.push('unlock') };
        Object.defineProperty(navigator, 'keyboard', { value: keyboard, configurable: true });
    }"""
    driver.page.evaluate(asked)
    driver.page.locator("#fullscreen").click()
    until(driver.page, "asked.join() === 'lock'")
    driver.page.evaluate("document.exitFullscreen()")
    until(driver.page, "asked.join() === 'lock,unlock'")


def test_a_long_text_at_once_is_no_flood(driver: Driver) -> None:
    """Every symbol of it comes, in order; a key pressed meanwhile comes after it."""
    session = driver.page.context.new_cdp_session(driver.page)
    text = "".join(chr(0x4E00 + index) for index in range(500))
    session.send("Input.insertText", {"text": text})
    driver.page.keyboard.press("z")
    pressed = [keysym for keysym, down in driver.typed() if down]
    assert pressed == [0x01004E00 + index for index in range(500)] + [ord("z")]


def test_regaining_control_starts_with_nothing_held(driver: Driver) -> None:
    """A key that was down when somebody else took over is not held for ever."""
    driver.key("keydown", "w", code="KeyW")
    hold(driver.signal, BEN.id, EPOCH + 1)
    until(driver.page, "turtus.state.control.holder === 'p-ben'")
    hold(driver.signal, ME.id, EPOCH + 2)
    until(driver.page, f"turtus.state.control.epoch === {EPOCH + 2}")
    driver.frames()
    driver.page.wait_for_timeout(700)
    assert driver.vb.frames() == []
