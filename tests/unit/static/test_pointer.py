"""Mouse buttons and wheels in the units of the shared screen."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (0, 1, [(1, True)]),
        (1, 0, [(1, False)]),
        (0, 2, [(3, True)]),
        (0, 4, [(2, True)]),
        (0, 8, [(8, True)]),
        (0, 16, [(9, True)]),
        (1, 3, [(3, True)]),
        (1, 2, [(1, False), (3, True)]),
        (5, 5, []),
    ],
)
def test_button_changes(js: Js, before: int, after: int, changes: list[tuple[int, bool]]) -> None:
    """DOM's mask becomes X buttons; what is let go comes before what is pressed."""
    found = js("m.buttonChanges(a[0], a[1])", [before, after])
    assert [(each["button"], each["down"]) for each in found] == changes


@pytest.mark.parametrize(("mode", "delta"), [(0, 100), (1, 3), (2, 1)])
def test_one_notch(js: Js, mode: int, delta: float) -> None:
    """One notch is 120, however the browser counts it."""
    found = js("new m.Wheel().take({deltaX: 0, deltaY: a[1], deltaMode: a[0]})", [mode, delta])
    assert found == {"dx": 0, "dy": 120}


def test_small_steps_add_up(js: Js) -> None:
    """A trackpad's small steps are not lost, in either direction."""
    script = """(() => {
      const wheel = new m.Wheel();
      const steps = Array(10).fill({ deltaX: -0.0125, deltaY: 0.0125, deltaMode: 1 });
      return steps.map((step) => wheel.take(step)).reduce((sum, { dx, dy }) => [sum[0] + dx, sum[1] + dy], [0, 0]);
    })()"""
    assert js(script) == [-15, 5]  # across it takes more of them


def test_shift_turns_the_wheel_across_once(js: Js) -> None:
    """Some browsers say so already; Shift, which is down over there too, does it there."""
    for event in ("{deltaX: 100, deltaY: 0", "{deltaX: 0, deltaY: 100"):
        assert js(f"new m.Wheel().take({event}, deltaMode: 0, shiftKey: true}})") == {"dx": 0, "dy": 120}


def test_huge_step_fits_its_field(js: Js) -> None:
    """A step is at most what an int16 holds."""
    found = js("new m.Wheel().take({deltaX: 0, deltaY: -1e9, deltaMode: 0})")
    assert found["dy"] == -32768
