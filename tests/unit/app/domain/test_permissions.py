"""app.domain.permissions"""

import pytest

from app.domain.permissions import Action, Role, can

EXPECTED = {
    Action.BROWSER_REPORT: {Role.VB},
    Action.BROWSER_RESIZE: {Role.OWNER},
    Action.BROWSER_START: {Role.OWNER, Role.MEMBER},
    Action.BROWSER_STOP: {Role.OWNER, Role.MEMBER},
    Action.CHAT_SEND: {Role.OWNER, Role.MEMBER},
    Action.CONTROL_OVERRIDE: {Role.OWNER},
    Action.CONTROL_TAKE: {Role.OWNER, Role.MEMBER},
    Action.ROOM_DELETE: {Role.OWNER},
    Action.ROOM_EDIT: {Role.OWNER},
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_every_pair_is_decided(role: Role, action: Action) -> None:
    """The whole table, pair by pair."""
    assert can(role, action) is (role in EXPECTED[action])


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_the_wheel_adds_the_size_of_the_screen_and_nothing_else(role: Role, action: Action) -> None:
    """To people: an agent never drives."""
    added = action is Action.BROWSER_RESIZE and role is not Role.VB
    assert can(role, action, driving=True) is (can(role, action) or added)


def test_names_are_in_order() -> None:
    """Scope, resource and action, alphabetically."""
    values = [action.value for action in Action]
    assert [action.name for action in Action] == sorted(action.name for action in Action)
    assert all(value.count(":") == 2 for value in values)
