"""``/signal/<slug>``: admits people (by session) and agents (by token), then reads until the end."""

import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import redis
from flask import Blueprint, Request, Response, abort, request
from flask_login import current_user
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server

from app.domain.browser import agent_peer_id
from app.errors import NotFound, TurtusError
from app.realtime.budget import AGENT_SHARE, Budget
from app.realtime.connection import Closed, Connection, OneWriterSocket, RoomRef
from app.realtime.hub import Hub
from app.services.presence import Held
from app.services.rooms import Rooms
from app.sockets.router import Desk, PeerGone, error_for, handle
from app.sockets.via import Addresses, host_only
from vb.protocol import codec
from vb.protocol.codec import ProtocolError
from vb.protocol.limits import HARD_MESSAGE_BYTES, HEARTBEAT_S, CloseCode, ErrorCode
from vb.protocol.messages import Error, Peer, RequestStream, ServerMessage, Sync

log = logging.getLogger(__name__)

SERVER_OPTIONS = {
    "ping_interval": HEARTBEAT_S,
    "max_message_size": HARD_MESSAGE_BYTES,
    # A whole TLS record: what is left of one inside the TLS layer is not seen by the selector.
    "receive_bytes": 16_384,
}
AGENT_NAME = "Firefox"
NOT_READY = "The server is not ready. Trying again helps."
WEIGHTS: dict[type, int] = {Sync: 20, RequestStream: 20}
"""What counts as so many messages: a snapshot; a connection, which takes the agent 4 ms that all wait for."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the endpoint needs of the application."""

    rooms: Rooms
    desk: Desk
    hub: Hub
    origins: tuple[str, ...]
    addresses: Addresses = field(default_factory=Addresses)


class TooMuch(ProtocolError):
    """A message that costs more than is left of the budget."""

    code = ErrorCode.TOO_OFTEN

    def __str__(self) -> str:
        return "Too many messages. Slow down."


class _Refused(Exception):
    def __init__(self, code: CloseCode, why: str) -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why


def make_blueprint(gate: Gate) -> Blueprint:
    """The endpoint as a blueprint."""
    blueprint = Blueprint("signal", __name__)
    sock = Sock()

    @blueprint.before_request
    def guard() -> Response | None:
        if not origin_allowed(request, gate.origins):
            abort(403, "This page is not allowed to connect here.")
        # Compression would cost more memory than all else of a socket; a small frame could become a huge one.
        request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        for name in ("gunicorn.socket", "werkzeug.socket"):
            if name in request.environ:
                request.environ[name] = OneWriterSocket(request.environ[name])
        return None

    @sock.route("/signal/<slug>", bp=blueprint)  # type: ignore[untyped-decorator]
    def signal(ws: Server, slug: str) -> None:
        try:
            connection = _admit(gate, ws, slug)
        except _Refused as refused:
            ws.close(refused.code, refused.why)
        except Exception:  # after the upgrade nothing but a close code can be said, whatever went wrong
            log.exception("somebody could not come in")
            ws.close(CloseCode.RESTARTING, NOT_READY)
        else:
            _serve(gate, ws, connection)

    return blueprint


def origin_allowed(req: Request, extra: tuple[str, ...]) -> bool:
    """Pages of this site and of ``extra`` may connect (RFC 6455, 10.2); an agent has a token, no Origin."""
    origin = req.headers.get("Origin")
    if origin is None:
        return "Authorization" in req.headers
    if origin.rstrip("/") in extra:
        return True
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    # Behind a proxy that has the certificate, pages have https and we do not; never the other way round.
    schemes = ("https",) if req.is_secure else ("https", "http")
    return page.netloc == req.host and page.scheme in schemes


def _admit(gate: Gate, ws: Server, slug: str) -> Connection:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = request.args.get("client")
    if scheme.lower() == "bearer":
        return _admit_agent(gate, ws, slug, token)
    if not current_user.is_authenticated:
        raise _Refused(CloseCode.NO_SESSION, "Sign in first.")
    try:
        room = gate.rooms.look(slug, current_user.id)
    except NotFound as error:
        raise _Refused(CloseCode.NO_SUCH_ROOM, str(error)) from error
    peer = gate.desk.presence.person(room.id, current_user.id, current_user.username, room.role, wanted)
    resumes = peer.id == wanted  # who comes back to a place of theirs takes no further one
    if not resumes and gate.desk.store.crowded(room.id, current_user.id):
        raise _Refused(CloseCode.ROOM_FULL, "There are too many connections in this room.")
    via = gate.addresses.of(host_only(request.host))
    connection = Connection(ws, peer, RoomRef(room.id, room.slug, room.name), via)
    connection.login_id = current_user.login_id
    return connection


def _admit_agent(gate: Gate, ws: Server, slug: str, token: str) -> Connection:
    try:
        room_id, name = gate.rooms.find(slug)
        browser = gate.desk.browsers.admit(room_id, token)
    except NotFound as error:
        raise _Refused(CloseCode.BROWSER_ENDED, str(error)) from error
    peer = Peer(id=agent_peer_id(browser.id), name=AGENT_NAME, role="vb", client_type="vb")
    connection = Connection(ws, peer, RoomRef(room_id, slug, name), None)
    connection.browser_id = browser.id
    connection.budget = Budget(share=AGENT_SHARE)
    return connection


def _serve(gate: Gate, ws: Server, connection: Connection) -> None:
    held = Held(connection.room_id, connection.peer, connection.id, connection.via)
    connection.start()
    try:
        _come_in(gate, connection, held)
        while True:
            _take(gate.desk, connection, connection.receive())
    except (Closed, ConnectionClosed):
        pass
    except Exception:  # top of this socket's thread: the client is told to come back, and it is logged
        log.exception("peer %s is sent away", connection.peer.id)
        connection.close(CloseCode.RESTARTING, NOT_READY)
    finally:
        gate.hub.remove(connection)
        connection.finish()
        _go(gate, held, connection, ws)


def _come_in(gate: Gate, connection: Connection, held: Held) -> None:
    presence = gate.desk.presence
    identity = presence.enter(held)
    connection.send(codec.encode(identity))
    old = gate.hub.add(connection)
    if old is not None:
        old.close(CloseCode.REPLACED, "Connected again from elsewhere.")
    if request.args.get("stream"):
        presence.ask_for_stream(held)
    room = connection.room
    connection.send(codec.encode(presence.snapshot(room.id, room.slug, room.name)))
    if not identity.resumed:
        presence.announce(room.id, connection.peer)


def _take(desk: Desk, connection: Connection, raw: str | bytes) -> None:
    if not connection.budget.allow():
        _complain(connection, Error(code=ErrorCode.TOO_OFTEN, message="Too many messages. Slow down."))
        return
    ref: str | None = None
    try:
        message = codec.decode_client(raw)
        ref = codec.type_name(message)
        if not connection.budget.allow(WEIGHTS.get(type(message), 1) - 1):
            raise TooMuch(ref)
        handle(desk, connection, message)
    except ProtocolError as error:
        _complain(connection, Error(code=error.code, message=str(error), ref=error.ref))
    except (TurtusError, PeerGone) as error:
        _complain(connection, error_for(error, ref))
    except redis.RedisError as error:
        log.warning("%s of peer %s failed: %s", ref, connection.peer.id, error)
        _complain(
            connection,
            Error(code=ErrorCode.INTERNAL, message="The server is not ready. Try again.", ref=ref),
        )
    except Exception:  # one message that we cannot handle, through our fault, costs nobody their place
        log.exception("%s of peer %s failed", ref, connection.peer.id)
        _complain(connection, Error(code=ErrorCode.INTERNAL, message="Something went wrong.", ref=ref))


def _complain(connection: Connection, error: ServerMessage) -> None:
    connection.send(codec.encode(error))
    if connection.budget.error():
        connection.close(CloseCode.TOO_MANY_ERRORS, "Too many wrong messages.")


def _go(gate: Gate, held: Held, connection: Connection, ws: Server) -> None:
    try:
        gate.desk.presence.leave(held, ws.close_reason)
        if connection.browser_id is not None:
            gate.desk.browsers.agent_gone(connection.browser_id)
    except Exception:  # nobody is left to tell: the place runs out, the reconciler sees to the container
        log.exception("peer %s left, which could not be told", held.peer.id)
