"""app.persistence.base"""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from app.persistence.base import make_engine, new_id
from app.persistence.unit_of_work import Database
from app.persistence.users import User


def test_times_come_back_aware_and_in_utc(database_url: str) -> None:
    """Whatever zone they were given in; a naive one is refused."""
    database = Database(make_engine(database_url))
    at = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    with database.work() as work:
        work.users.add(User(id="u", username="a", username_key="a", password_hash="-", created_at=at))
    with database.read() as work:
        user = work.users.get("u")
    assert user is not None
    assert user.created_at == at
    assert user.created_at.tzinfo is UTC
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point
    with pytest.raises(StatementError, match="naive"), database.work() as work:
        work.users.add(User(username="b", username_key="b", password_hash="-", created_at=naive))
    database.engine.dispose()


def test_sqlite_waits_for_writers_and_keeps_its_references(tmp_path: Path) -> None:
    """Write-ahead log and foreign keys are on."""
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_nul_is_replaced_on_both_databases(database_url: str) -> None:
    """PostgreSQL cannot hold U+0000: it becomes U+FFFD, in lists of values too."""
    engine = make_engine(database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT :a"), {"a": "a\0b"}).scalar() == "a\ufffdb"
        connection.execute(text("CREATE TABLE words (word TEXT)"))
        connection.execute(text("INSERT INTO words VALUES (:word)"), [{"word": "\0"}, {"word": "x"}])
        words = connection.execute(text("SELECT word FROM words ORDER BY word")).scalars().all()
    assert sorted(words) == ["x", "\ufffd"]
    engine.dispose()


def test_sqlite_lowers_every_alphabet(tmp_path: Path) -> None:
    """Not only A to Z; nothing stays nothing."""
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT lower('ÉTÉ')")).scalar() == "été"
        assert connection.execute(text("SELECT lower(NULL)")).scalar() is None
    engine.dispose()


def test_ids_are_short_and_random() -> None:
    """Sixteen URL-safe characters, never twice."""
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(each) for each in ids} == {16}
