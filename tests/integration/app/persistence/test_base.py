"""app.persistence.base"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, StatementError

from app.persistence import base
from app.persistence.base import make_engine, new_id
from app.persistence.unit_of_work import Database
from app.persistence.users import User

ROOT = Path(__file__).parents[4]


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


_WAITING = """
from gevent import monkey
monkey.patch_all()
import sqlite3, sys, time
import gevent
from sqlalchemy import text
from app.persistence.base import make_engine

engine = make_engine(f"sqlite:///{sys.argv[1]}")
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE words (word TEXT)"))
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
beats = 0

def beat():
    global beats
    while True:
        gevent.sleep(0.01)
        beats += 1

def write():
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO words VALUES ('after')"))

gevent.spawn(beat)
writer = gevent.spawn(write)
gevent.sleep(0.5)
assert not writer.ready()
other.execute("COMMIT")
writer.get(timeout=5)
assert beats > 20, beats
"""


def test_waiting_for_another_writer_holds_up_nobody(tmp_path: Path) -> None:
    """In a web process the other greenlets go on; the writer gets its turn."""
    command = [sys.executable, "-c", _WAITING, str(tmp_path / "a.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_writer_that_never_gets_its_turn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error of the database, like any other."""
    monkeypatch.setattr(base, "SQLITE_BUSY_S", 0.1)
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.begin(), pytest.raises(OperationalError, match="locked"), engine.begin():
        pass
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
