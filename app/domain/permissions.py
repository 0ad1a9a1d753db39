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
    BROWSER_START = "room:browser:start"
    BROWSER_STOP = "room:browser:stop"
    CHAT_SEND = "room:chat:send"
    CONTROL_OVERRIDE = "room:control:override"
    CONTROL_TAKE = "room:control:take"
    ROOM_DELETE = "room:settings:delete"
    ROOM_EDIT = "room:settings:edit"


_MEMBER = frozenset({Action.BROWSER_START, Action.BROWSER_STOP, Action.CHAT_SEND, Action.CONTROL_TAKE})
_TABLE: dict[Role, frozenset[Action]] = {
    Role.OWNER: _MEMBER | {Action.CONTROL_OVERRIDE, Action.ROOM_DELETE, Action.ROOM_EDIT},
    Role.MEMBER: _MEMBER,
    Role.VB: frozenset({Action.BROWSER_REPORT}),
}


def can(role: Role, action: Action) -> bool:
    """Whether ``role`` may do ``action``."""
    return action in _TABLE[role]
