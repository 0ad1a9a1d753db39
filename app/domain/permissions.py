"""Who may do what in a room. Names are ``<scope>:<resource>:<action>``; keep them in alphabetical order."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a room. ``VB`` is the browser's agent, not a person."""

    OWNER = "owner"
    MEMBER = "member"
    VB = "vb"


class Action(StrEnum):
    """What can be allowed or refused."""

    BROWSER_REPORT = "room:browser:report"
    BROWSER_RESIZE = "room:browser:resize"
    BROWSER_START = "room:browser:start"
    BROWSER_STOP = "room:browser:stop"
    CHAT_SEND = "room:chat:send"
    CONTROL_OVERRIDE = "room:control:override"
    CONTROL_TAKE = "room:control:take"
    ROOM_DELETE = "room:settings:delete"
    ROOM_EDIT = "room:settings:edit"


_MEMBER = frozenset({Action.BROWSER_START, Action.BROWSER_STOP, Action.CHAT_SEND, Action.CONTROL_TAKE})
_TABLE: dict[Role, frozenset[Action]] = {
    Role.OWNER: _MEMBER
    | {Action.BROWSER_RESIZE, Action.CONTROL_OVERRIDE, Action.ROOM_DELETE, Action.ROOM_EDIT},
    Role.MEMBER: _MEMBER,
    Role.VB: frozenset({Action.BROWSER_REPORT}),
}

_DRIVER = frozenset({Action.BROWSER_RESIZE})
"""What the wheel adds for as long as somebody has it."""


def can(role: Role, action: Action, *, driving: bool = False) -> bool:
    """Whether ``role`` may do ``action``; ``driving`` is whether they drive the room's browser now."""
    return action in _TABLE[role] or (driving and role is not Role.VB and action in _DRIVER)
