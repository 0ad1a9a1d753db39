"""A virtual keyboard's changes as keys."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("before", "after", "erase", "text"),
    [
        ("  ", "  a", 0, "a"),
        ("  a", "  ", 1, ""),
        ("  ", " ", 1, ""),
        ("  gose", "  goose ", 2, "ose "),
        ("ni", "你", 2, "你"),
        ("a🙂", "a🐢", 1, "🐢"),
        ("same", "same", 0, ""),
    ],
)
def test_change(js: Js, before: str, after: str, erase: int, text: str) -> None:
    """What differs at the end is taken away and typed anew."""
    assert js("m.textChange(a[0], a[1])", [before, after]) == {"erase": erase, "text": text}
