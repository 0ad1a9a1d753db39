"""Fingers on the picture: taps, scrolls, long presses, drags, pinches; the page itself stays where it is."""

import pytest

from tests.support.driver import CONTROL, EPOCH, Driver
from tests.unit.static.conftest import Js
from vb.protocol.input import Button, InputFrame, Key, Move, Release, Wheel


def done(driver: Driver) -> list[InputFrame]:
    """All but what the change of focus lets go of."""
    return [frame for frame in driver.frames() if not isinstance(frame, Release)]


def test_tap(driver: Driver) -> None:
    """Moved there, pressed, released."""
    driver.touch("touchStart", driver.at(640, 360))
    driver.touch("touchEnd")
    move, press, release = done(driver)
    assert (type(move), type(press), type(release)) == (Move, Button, Button)
    assert isinstance(press, Button)
    assert (press.button, press.down) == (1, True)
    assert abs(press.x - 640) <= 1
    assert abs(press.y - 360) <= 1


def test_double_tap_hits_one_place(driver: Driver) -> None:
    """The second tap, a little beside the first, is at the first one's place: a double click over there."""
    x, y = driver.at(640, 360)
    for beside in (0, 12):
        driver.touch("touchStart", (x + beside, y + beside))
        driver.touch("touchEnd")
    presses = [frame for frame in done(driver) if isinstance(frame, Button)]
    assert len(presses) == 4
    assert len({(frame.x, frame.y) for frame in presses}) == 1


def test_long_press_is_the_right_button(driver: Driver) -> None:
    """Once, when the finger is lifted."""
    driver.touch("touchStart", driver.at(640, 360))
    driver.page.wait_for_timeout(700)
    driver.touch("touchEnd")
    assert [frame.button for frame in done(driver) if isinstance(frame, Button)] == [3, 3]


def test_long_press_and_move_drags(driver: Driver) -> None:
    """The left button is down from where the finger was to where it is lifted."""
    driver.touch("touchStart", driver.at(640, 360))
    driver.page.wait_for_timeout(700)
    for x in (660, 700, 740):
        driver.touch("touchMove", driver.at(x, 360))
    driver.touch("touchEnd")
    frames = done(driver)
    press, release = [frame for frame in frames if isinstance(frame, Button)]
    assert (press.button, press.down, release.button, release.down) == (1, True, 1, False)
    assert abs(press.x - 640) <= 1
    assert abs(release.x - 740) <= 1
    assert not [frame for frame in frames if isinstance(frame, Wheel)]


@pytest.mark.parametrize("step", [7, 40])
def test_a_drag_scrolls_by_what_the_finger_went(driver: Driver, step: int) -> None:
    """In sum, however small the parts; as many pixels of the screen as lay under the finger's way."""
    driver.touch("touchStart", driver.at(640, 600))
    for y in range(600 - step, 600 - 280 - 1, -step):
        driver.touch("touchMove", driver.at(640, y))
    driver.touch("touchEnd")
    frames = done(driver)
    assert not [frame for frame in frames if isinstance(frame, Button)]
    turned = sum(frame.dy for frame in frames if isinstance(frame, Wheel))
    assert abs(turned - 280 * 120 / 114) <= 6
    assert driver.page.evaluate("[scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]


@pytest.mark.parametrize(("apart", "sign"), [(200, -1), (20, 1)])
def test_two_fingers_zoom(driver: Driver, apart: int, sign: int) -> None:
    """Apart is larger, together is smaller: Control and the wheel, in the middle; no click, no scroll of the page."""
    driver.touch("touchStart", driver.at(590, 360), driver.at(690, 360))
    for part in range(1, 6):
        half = 50 + (apart - 50) * part / 5
        driver.touch("touchMove", driver.at(int(640 - half), 360), driver.at(int(640 + half), 360))
    driver.touch("touchEnd")
    frames = done(driver)
    turned = [frame for frame in frames if isinstance(frame, Wheel)]
    assert turned
    assert {frame.dy // abs(frame.dy) for frame in turned} == {sign}
    assert all(frame.dy % 120 == 0 and abs(frame.x - 640) <= 40 for frame in turned)
    assert frames[0] == Key(EPOCH, CONTROL, True)
    assert frames[-1] == Key(EPOCH, CONTROL, False)
    assert not [frame for frame in frames if isinstance(frame, Button)]
    assert driver.page.evaluate("[scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]


def test_steps_of_a_pinch(js: Js) -> None:
    """Each tenth is a step, and back again to where it began there is none left."""
    script = "(() => { const pinch = new m.Pinch(100); return a.map((distance) => pinch.take(distance)); })()"
    assert js(script, [100, 105, 111, 122, 100, 90, 0]) == [0, 0, 1, 1, -2, -1, -47]
