"""Real servers, shared by the tests of a session.

``redis_server`` and ``postgres_url`` are servers; ``database_url`` is each database in turn, migrated (once: a
test gets a copy);
``site`` is a web server of two processes on SQLite with a Redis of its own, without a worker.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import make_url, text

from app.persistence.base import make_engine
from app.persistence.migrate import upgrade
from tests.support.people import Visitor
from tests.support.servers import RedisServer, WebServer, postgres_server, settings_env


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that nobody opens."""
    path = tmp_path_factory.mktemp("migrated") / "turtus.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    """The name of a migrated database that nobody opens."""
    _outside(postgres_url, "CREATE DATABASE migrated")
    upgrade(_named(postgres_url, "migrated"))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "turtus.db")
        return f"sqlite:///{tmp_path / 'turtus.db'}"
    migrated = request.getfixturevalue("migrated_postgres")
    server = request.getfixturevalue("postgres_url")
    _outside(
        server, "DROP DATABASE IF EXISTS turtus WITH (FORCE)", f"CREATE DATABASE turtus TEMPLATE {migrated}"
    )
    return _named(server, "turtus")


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _outside(server: str, *statements: str) -> None:
    """What cannot be done within a transaction."""
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


class Site:
    """A running web server, its Redis, and the way in."""

    def __init__(self, directory: Path, **env: str) -> None:
        self.redis = RedisServer(directory)
        self.redis.start()
        self.env = settings_env(directory, self.redis.url, **env)
        upgrade(self.env["TURTUS_DATABASE_URL"])
        self.web = WebServer(directory, self.env)
        self.web.start()
        self._names = 0

    def visitor(self) -> Visitor:
        return Visitor(self.web.url)

    def person(self, name: str = "") -> Visitor:
        """Somebody who has just registered; that many come from one address is forgotten."""
        self._names += 1
        with redis.Redis(port=self.redis.port) as client:
            for key in client.scan_iter("LIMITS*register*"):
                client.delete(key)
        return self.visitor().register(name or f"person{self._names}")

    def stop(self) -> None:
        self.web.stop()
        self.redis.stop()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.stop()
