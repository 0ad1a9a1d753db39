"""What each message of a client does: a table from message class to handler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from app.domain.permissions import Action, Role, can
from app.errors import Forbidden, TooMuchSaid, TooOften
from app.realtime import rate
from app.realtime.bus import RedisBus
from app.realtime.connection import Connection
from app.realtime.rate import RateLimits
from app.realtime.room_store import RoomStore
from app.services.browsers import Browsers
from app.services.chat import ChatService
from app.services.control import ControlService
from app.services.presence import Presence
from app.services.screen import ScreenService
from vb.protocol import codec
from vb.protocol import messages as m
from vb.protocol.limits import ErrorCode

M = TypeVar("M", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Desk:
    """The services that messages are handed to."""

    bus: RedisBus
    store: RoomStore
    browsers: Browsers
    chat: ChatService
    control: ControlService
    presence: Presence
    screen: ScreenService
    limits: RateLimits


class PeerGone(Exception):
    """The peer that a message was for is not here."""


Handler = Callable[[Desk, Connection, Any], None]
_table: dict[type[msgspec.Struct], tuple[Action | None, Handler]] = {}


def handle(desk: Desk, connection: Connection, message: m.ClientMessage) -> None:
    """Do what ``message`` asks for; raises TurtusError or PeerGone if it cannot be done."""
    action, handler = _table[type(message)]
    if action is not None and not can(Role(connection.peer.role), action):
        raise Forbidden(codec.type_name(message))
    handler(desk, connection, message)


def error_for(error: Exception, ref: str | None) -> m.Error:
    """The answer to a message that was refused; ``str(error)`` is meant for people."""
    code = getattr(error, "code", ErrorCode.INTERNAL)
    if isinstance(error, PeerGone):
        return m.Error(code=ErrorCode.PEER_GONE, message="They are not here any more.", ref=ref)
    return m.Error(code=str(code), message=str(error), ref=ref)


def _on(
    kind: type[M], action: Action | None = None
) -> Callable[[Callable[[Desk, Connection, M], None]], None]:
    def register(handler: Callable[[Desk, Connection, M], None]) -> None:
        _table[kind] = (action, handler)

    return register


def _relay(desk: Desk, connection: Connection, message: m.RelayedMessage) -> None:
    if desk.store.place(connection.room_id, message.to) is None:
        raise PeerGone
    stamped = msgspec.structs.replace(message, sender=connection.peer)
    if isinstance(stamped, m.ClientTypeIs | m.RequestStream):
        stamped = msgspec.structs.replace(stamped, via=connection.via)
    if isinstance(stamped, m.ClientTypeIs):  # nobody passes for a browser, whose picture people take
        stamped = msgspec.structs.replace(stamped, client_type=connection.peer.client_type)
    desk.bus.send(connection.room_id, message.to, stamped)


for _kind in m.RELAYED:
    _table[_kind] = (None, _relay)
# A page shows what it is offered and sends its keys there: only a browser's agent may offer.
_table[m.Offer] = (Action.BROWSER_REPORT, _relay)


@_on(m.Ping)
def _ping(desk: Desk, connection: Connection, message: m.Ping) -> None:
    connection.send(codec.encode(m.Pong(n=message.n)))


@_on(m.Sync)
def _sync(desk: Desk, connection: Connection, message: m.Sync) -> None:
    room = connection.room
    connection.send(codec.encode(desk.presence.snapshot(room.id, room.slug, room.name)))


@_on(m.ChatSend, Action.CHAT_SEND)
def _chat(desk: Desk, connection: Connection, message: m.ChatSend) -> None:
    peer = connection.peer
    try:  # over all of their sockets, of which each has a budget of its own
        desk.limits.hit(rate.CHAT_PER_PERSON, "chat", connection.room_id, peer.user_id or "")
    except TooOften as error:
        raise TooMuchSaid(error.retry_after_s) from error
    desk.chat.say(connection.room_id, peer.user_id or "", peer.name, message.text, message.client_msg_id)


@_on(m.ControlTake)
def _take(desk: Desk, connection: Connection, message: m.ControlTake) -> None:
    desk.control.take(connection.room_id, connection.peer.id, Role(connection.peer.role))


@_on(m.ControlRelease)
def _release(desk: Desk, connection: Connection, message: m.ControlRelease) -> None:
    desk.control.release(connection.room_id, connection.peer.id, Role(connection.peer.role))


@_on(m.ControlGive)
def _give(desk: Desk, connection: Connection, message: m.ControlGive) -> None:
    desk.control.give(connection.room_id, connection.peer.id, Role(connection.peer.role), message.to)


@_on(m.BrowserStart, Action.BROWSER_START)
def _start(desk: Desk, connection: Connection, message: m.BrowserStart) -> None:
    peer = connection.peer
    desk.browsers.start(connection.room_id, peer.user_id or "", peer.name, message.url, message.kind)


@_on(m.BrowserResize)
def _resize(desk: Desk, connection: Connection, message: m.BrowserResize) -> None:
    desk.screen.resize(connection.room_id, connection.peer.id, Role(connection.peer.role), message.size)


@_on(m.BrowserStop, Action.BROWSER_STOP)
def _stop(desk: Desk, connection: Connection, message: m.BrowserStop) -> None:
    desk.browsers.stop(connection.room_id, connection.peer.name)


@_on(m.AgentStatus, Action.BROWSER_REPORT)
def _status(desk: Desk, connection: Connection, message: m.AgentStatus) -> None:
    if connection.browser_id is not None:
        desk.browsers.report(connection.browser_id, message)


@_on(m.AgentViewers, Action.BROWSER_REPORT)
def _viewers(desk: Desk, connection: Connection, message: m.AgentViewers) -> None:
    if connection.browser_id is not None:
        desk.browsers.viewers(connection.browser_id, message.count)


@_on(m.AgentScreen, Action.BROWSER_REPORT)
def _screen(desk: Desk, connection: Connection, message: m.AgentScreen) -> None:
    if connection.browser_id is not None:
        desk.screen.report(connection.browser_id, message.width, message.height)
