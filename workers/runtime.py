"""What a worker process works with. Made in the process that uses it: connections survive no fork."""

import os
from dataclasses import dataclass

import redis

from app.dispatch import CeleryDispatcher
from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from app.realtime.bus import RedisBus
from app.realtime.hosts import HostBoard
from app.realtime.room_store import RoomStore
from app.settings import Settings
from workers.drivers.docker import DockerDriver
from workers.lifecycle import Lifecycle
from workers.reaper import Reaper


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of one worker process."""

    host: str
    lifecycle: Lifecycle
    reaper: Reaper
    hosts: HostBoard
    dispatcher: CeleryDispatcher


def make_runtime(settings: Settings) -> Runtime:
    """Wire the parts; nothing connects yet."""
    client = redis.Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=2)
    host = settings.vb.host_name
    database = Database(make_engine(settings.database_url))
    bus = RedisBus(client)
    driver = DockerDriver(settings.install_id, host)
    lifecycle = Lifecycle(database, bus, RoomStore(client), driver, settings)
    dispatcher = CeleryDispatcher(settings.broker_url)
    hosts = HostBoard(client)
    return Runtime(
        host=host,
        lifecycle=lifecycle,
        reaper=Reaper(database, bus, driver, lifecycle, dispatcher, host, hosts),
        hosts=hosts,
        dispatcher=dispatcher,
    )


class PerProcess:
    """The runtime of the present process, made at its first use there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: tuple[int, Runtime] | None = None

    def get(self) -> Runtime:
        """Never the one of the process that this one was forked from."""
        pid = os.getpid()
        if self._made is None or self._made[0] != pid:
            self._made = (pid, make_runtime(self._settings))
        return self._made[1]
