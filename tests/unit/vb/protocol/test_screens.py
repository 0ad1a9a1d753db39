"""The sizes of the shared screen."""

from typing import get_args

from vb.protocol.screens import SCREENS, ScreenName, largest


def test_every_name_has_a_size_that_can_be_encoded() -> None:
    """The names on the wire are the names in the table; sizes are even, each is another one."""
    assert list(SCREENS) == list(get_args(ScreenName))
    assert all(width % 2 == height % 2 == 0 for width, height in SCREENS.values())
    assert len(set(SCREENS.values())) == len(SCREENS)


def test_the_largest_holds_every_size() -> None:
    """Upright ones, too, and one that is none of the four."""
    assert largest(1280, 720) == (1920, 1280)
    assert largest(3840, 720) == (3840, 1280)
