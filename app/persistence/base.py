"""Engine, declarative base and column types. SQLite (WAL) and PostgreSQL behave alike from here on."""

import secrets
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_S = 15.0
"""How long a writer waits for another one before it gives up."""
_TURN_S = 0.01


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can find it again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """A random 96-bit identifier, 16 characters of URL-safe base64 without padding."""
    return secrets.token_urlsafe(12)


def make_engine(url: str) -> Engine:
    """An engine for ``url``. Make it after a fork, never before: connections do not survive one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": SQLITE_BUSY_S})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)
    event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() knows A to Z only.
    connection.create_function("lower", 1, lambda text: text and str(text).casefold(), deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer: SQLite
    # refuses it at once. Taking the write lock at the beginning makes it wait its turn.
    options: dict[str, Any] = dict(connection.get_execution_options())
    if options.get("read_only"):
        connection.exec_driver_sql("BEGIN")
        return
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    # SQLite's own waiting would hold up a whole web process, whose greenlets share one thread.
    raw.execute("PRAGMA busy_timeout=0")
    try:
        if not _turn_came(raw):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says why not
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(SQLITE_BUSY_S * 1000)}")


def _turn_came(raw: sqlite3.Connection) -> bool:
    """Begin to write once nobody else does; False if that cannot be, or not within ``SQLITE_BUSY_S``."""
    deadline = time.monotonic() + SQLITE_BUSY_S
    while time.monotonic() < deadline:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                return False
            time.sleep(_TURN_S)
        else:
            return True
    return False


def _without_nul(
    _connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object
) -> tuple[str, Any]:
    # PostgreSQL has no U+0000 in text and fails the statement. What people and browsers send may
    # hold one anywhere; as U+FFFD it is stored harmlessly and looked up in vain, on both databases.
    return statement, _clean(parameters)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_clean(each) for each in value)
    return value
