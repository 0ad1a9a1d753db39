"""Makes the parts and hands each its own: the only place that knows them all. Nothing connects here yet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent
import redis
from gevent import monkey
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.dispatch import CeleryDispatcher, Dispatcher
from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from app.realtime.bus import RedisBus
from app.realtime.connection import Connection
from app.realtime.hosts import HostBoard
from app.realtime.hub import Hub
from app.realtime.known import KnownNetworks
from app.realtime.rate import RateLimits
from app.realtime.room_store import RoomStore
from app.realtime.ticker import Ticker
from app.services.accounts import Accounts
from app.services.browsers import Browsers
from app.services.chat import ChatService
from app.services.control import ControlService
from app.services.hashing import Hashing, inline
from app.services.logins import SIGNED_OUT, Logins
from app.services.presence import Held, Presence
from app.services.rooms import Rooms
from app.services.screen import ScreenService
from app.settings import Settings
from app.sockets.router import Desk
from vb.protocol import codec
from vb.protocol.limits import CloseCode

TICK_S = 5.0


def make_redis(url: str, *, retry: bool = True) -> redis.Redis:
    """A client with timeouts; without ``retry`` a broken connection is reported, not mended."""
    if retry:
        return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
    return redis.Redis.from_url(
        url, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0), health_check_interval=0
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """One web process's services and its two threads."""

    settings: Settings
    database: Database
    accounts: Accounts
    logins: Logins
    rooms: Rooms
    desk: Desk
    hub: Hub
    hosts: HostBoard
    redis: redis.Redis
    ticker: Ticker

    def start(self) -> None:
        """Begin to listen to Redis and to prolong places. Called once, in the process that serves."""
        self.hub.start()
        self.ticker.start()

    def stop(self) -> None:
        self.ticker.stop()
        self.hub.stop()

    def database_answers(self) -> bool:
        try:
            with self.database.engine.connect() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except SQLAlchemyError:
            return False

    def redis_answers(self) -> bool:
        return bool(self.redis.ping()) and self.hub.alive

    def worker_answers(self) -> bool:
        return bool(self.hosts.alive())


def make_parts(
    settings: Settings,
    *,
    dispatcher: Dispatcher | None = None,
    limits: RateLimits | None = None,
    hashing: Hashing | None = None,
) -> Parts:
    """Everything a web process needs; ``dispatcher``, ``limits`` and ``hashing`` None are the real ones."""
    client = make_redis(settings.redis_url)
    database = Database(make_engine(settings.database_url))
    bus = RedisBus(client)
    store = RoomStore(client)
    limits = limits or RateLimits.redis(settings.redis_url)
    dispatcher = dispatcher or CeleryDispatcher(settings.broker_url)
    browsers = Browsers(database, bus, dispatcher, limits, settings.vb)
    chat = ChatService(database, bus)
    control = ControlService(bus, store)
    presence = Presence(bus, store, browsers, chat, control, settings.ice_servers)
    screen = ScreenService(database, bus, store, limits)
    logins = Logins(database, bus, days=settings.session_days)
    hub = Hub(make_redis(settings.redis_url, retry=False))

    def held(connection: Connection) -> Held:
        return Held(connection.room_id, connection.peer, connection.id, connection.via)

    def still_here(each: Held) -> bool:
        return hub.holds(each.room_id, each.peer.id, each.connection)

    def resync(connection: Connection) -> None:
        presence.tick([held(connection)])
        room = connection.room
        connection.send(codec.encode(presence.snapshot(room.id, room.slug, room.name)))

    def tick() -> None:
        connections = hub.connections()
        presence.tick([held(connection) for connection in connections], still_here)
        ended = logins.ended({each.login_id for each in connections if each.login_id})
        hub.close_logins(ended, CloseCode.NO_SESSION, SIGNED_OUT)

    hub.on_resync = resync
    return Parts(
        settings=settings,
        database=database,
        accounts=Accounts(
            database,
            limits,
            logins,
            KnownNetworks(client, settings.secret_key),
            registration_open=settings.registration_open,
            hashing=hashing or Hashing(_beside_the_loop if monkey.is_module_patched("threading") else inline),
        ),
        logins=logins,
        rooms=Rooms(database, bus, store, limits, browsers, default_url=settings.vb.url),
        desk=Desk(bus, store, browsers, chat, control, presence, screen, limits),
        hub=hub,
        hosts=HostBoard(client),
        redis=client,
        ticker=Ticker("presence", TICK_S, tick),
    )


def _beside_the_loop(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """In a real thread, while gevent goes on with everybody else."""
    return gevent.get_hub().threadpool.apply(work, args)
