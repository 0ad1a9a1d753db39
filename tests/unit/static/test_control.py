"""What the bar says about driving."""

import pytest

from tests.unit.static.conftest import Js

VIEW = """m.controlView({
  state: { control: a.control }, myId: 'me', isOwner: a.owner, nameOf: (id) => id.toUpperCase(),
  isMe: (id) => id.startsWith('me'),
})"""


@pytest.mark.parametrize(
    ("holder", "requests", "owner", "driver", "take", "mine", "asked", "asking"),
    [
        (None, [], False, "Nobody drives", "Take control", False, False, []),
        ("ben", [], False, "BEN drives", "Ask to drive", False, False, []),
        ("ben", ["me"], False, "BEN drives", "Ask to drive", False, True, []),
        ("ben", [], True, "BEN drives", "Take over", False, False, []),
        ("me-2", [], False, "You drive on another device", "Drive here", False, False, []),
        ("me", ["ben", "cy"], False, "You drive", "Ask to drive", True, False, ["ben", "cy"]),
    ],
)
def test_view(
    js: Js,
    holder: str | None,
    requests: list[str],
    owner: bool,
    driver: str,
    take: str,
    mine: bool,
    asked: bool,
    asking: list[str],
) -> None:
    """Free: take it; held: ask, unless it is your room; mine: see who asks."""
    found = js(VIEW, {"control": {"holder": holder, "requests": requests}, "owner": owner})
    assert found == {"driver": driver, "take": take, "mine": mine, "asked": asked, "asking": asking}
