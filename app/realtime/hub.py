"""This process's sockets by room, and the one subscriber that feeds them from Redis.

Pub/sub keeps nothing: whatever was published while the subscription was broken is lost. So after
every reconnect the hub calls ``on_resync`` for each of its connections, which sends a snapshot.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

import msgspec
import redis

from app.realtime.bus import LOGINS_CHANNEL, Frame, channel, parse
from app.realtime.connection import Connection
from vb.protocol import codec
from vb.protocol.codec import ProtocolError
from vb.protocol.limits import CloseCode

log = logging.getLogger(__name__)

RETRY_FIRST_S = 0.2
RETRY_MOST_S = 3.0
SUBSCRIBE_WAIT_S = 3.0
LISTEN_S = 1.0
"""How long one wait for a message lasts before the listener looks whether it has to stop."""
REPLACED_WORDS = "Connected again from elsewhere."
_PREFIX = channel("")


class Hub:
    """Made once per process; ``start`` begins to listen."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._rooms: dict[str, dict[str, Connection]] = {}
        self._lock = threading.RLock()
        self._pubsub: Any = None
        self._ready: dict[str, threading.Event] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="hub", daemon=True)
        self.on_resync: Callable[[Connection], None] = lambda connection: None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; sockets are left as they are."""
        self._stopping.set()
        self._thread.join(LISTEN_S * 3)

    def add(self, connection: Connection) -> Connection | None:
        """Take a connection in; returns the one of the same peer that it replaces in this process.

        Returns only when the room's channel is subscribed, so that no event after this call is missed
        (or, where Redis does not answer, after ``SUBSCRIBE_WAIT_S``: the resync will come).
        """
        room_id = connection.room_id
        with self._lock:
            peers = self._rooms.setdefault(room_id, {})
            old = peers.get(connection.peer.id)
            peers[connection.peer.id] = connection
            ready = self._ready.get(room_id)
            if ready is None:
                ready = self._ready[room_id] = threading.Event()
                self._subscribe(room_id)
        ready.wait(SUBSCRIBE_WAIT_S)
        return old

    def remove(self, connection: Connection) -> None:
        """Forget a connection (not one that has replaced it)."""
        with self._lock:
            peers = self._rooms.get(connection.room_id, {})
            if peers.get(connection.peer.id) is connection:
                del peers[connection.peer.id]
            if not peers:
                self._rooms.pop(connection.room_id, None)
                self._ready.pop(connection.room_id, None)
                self._unsubscribe(connection.room_id)

    def holds(self, room_id: str, peer_id: str, connection_id: str) -> bool:
        """Whether this very socket is still here."""
        with self._lock:
            connection = self._rooms.get(room_id, {}).get(peer_id)
        return connection is not None and connection.id == connection_id

    @property
    def alive(self) -> bool:
        """Whether the listener runs: without it this process is deaf."""
        return self._thread.is_alive()

    def connections(self) -> list[Connection]:
        """Every socket of this process."""
        with self._lock:
            return [connection for peers in self._rooms.values() for connection in peers.values()]

    def close_logins(self, login_ids: Collection[str], close_code: int, why: str) -> None:
        """Close this process's sockets of these logins."""
        for connection in self.connections():
            if connection.login_id in login_ids:
                connection.close(close_code, why)

    def dispatch(self, room_id: str, frame: Frame) -> None:
        """Hand a frame to whom it is for."""
        with self._lock:
            peers = list(self._rooms.get(room_id, {}).values())
        if frame.to is not None:
            peers = [connection for connection in peers if connection.peer.id == frame.to]
        if frame.close_code:
            for connection in peers:
                # A replaced socket is named, because its successor has the same peer id.
                if frame.close_code != CloseCode.REPLACED:
                    connection.close(frame.close_code, frame.raw)
                elif connection.id == frame.raw:
                    connection.close(frame.close_code, REPLACED_WORDS)
            return
        raw = _numbered(frame) if frame.seq and peers else frame.raw
        for connection in peers:
            connection.send(raw)

    # --- the subscription ---------------------------------------------------------------------

    def _subscribe(self, room_id: str) -> None:
        if self._pubsub is None:
            return  # the listener subscribes to every room as soon as it is connected
        try:
            self._pubsub.subscribe(channel(room_id))
        except (redis.RedisError, OSError) as error:
            log.warning("cannot subscribe to room %s yet: %s", room_id, error)

    def _unsubscribe(self, room_id: str) -> None:
        try:
            if self._pubsub is not None:
                self._pubsub.unsubscribe(channel(room_id))
        except (redis.RedisError, OSError) as error:
            log.debug("cannot unsubscribe from room %s: %s", room_id, error)

    def _listen(self) -> None:
        pause_s = RETRY_FIRST_S
        first = True
        while not self._stopping.is_set():
            try:
                self._connect(resync=not first)
                first, pause_s = False, RETRY_FIRST_S
                while not self._stopping.is_set():
                    message = self._pubsub.get_message(timeout=LISTEN_S)
                    if message is not None:
                        self._handle(message)
                self._pubsub.close()
            except Exception as error:  # noqa: BLE001 - top of the thread: deaf for a moment, not for good
                log.warning("lost Redis, trying again in %.1f s: %r", pause_s, error)
                with self._lock:
                    self._pubsub = None
                time.sleep(pause_s)
                pause_s = min(pause_s * 2, RETRY_MOST_S)

    def _connect(self, *, resync: bool) -> None:
        pubsub = self._client.pubsub()  # type: ignore[no-untyped-call]
        with self._lock:
            rooms = list(self._rooms)
            pubsub.subscribe(LOGINS_CHANNEL, *(channel(room_id) for room_id in rooms))
            self._pubsub = pubsub
        if resync:
            log.info("Redis is back; %d rooms get a snapshot", len(rooms))
            for connection in self.connections():
                self._resync(connection)

    def _handle(self, message: dict[str, Any]) -> None:
        name = message["channel"].decode()
        room_id = name.removeprefix(_PREFIX)
        if message["type"] == "subscribe":
            ready = self._ready.get(room_id)
            if ready is not None:
                ready.set()
        elif message["type"] == "message":
            try:
                if name == LOGINS_CHANNEL:
                    self._close_logins(message["data"].decode())
                else:
                    self.dispatch(room_id, parse(message["data"]))
            except (ValueError, ProtocolError) as error:
                log.error("a frame of %s cannot be read: %s", name, error)

    def _close_logins(self, data: str) -> None:
        login_ids, close_code, why = data.split("\n", 2)
        self.close_logins(set(login_ids.split(" ")), int(close_code), why)

    def _resync(self, connection: Connection) -> None:
        try:
            self.on_resync(connection)
        except Exception:  # one that fails (the database may be away as well) must not cost the others theirs
            log.exception("peer %s could not be resynced", connection.peer.id)
            connection.close(CloseCode.RESTARTING, "The server is not ready. Trying again helps.")


def _numbered(frame: Frame) -> str:
    event = codec.decode_server(frame.raw)
    return codec.encode(msgspec.structs.replace(event, seq=frame.seq))
