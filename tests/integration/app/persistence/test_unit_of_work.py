"""app.persistence.unit_of_work"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from app.persistence.users import User

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(make_engine(database_url))
    yield database
    database.engine.dispose()


def user(name: str) -> User:
    return User(username=name, username_key=name, password_hash="-", created_at=NOW)


def test_hooks_run_after_the_commit_and_only_then(database: Database) -> None:
    """What a hook starts can already see the row; a failed transaction runs none."""
    seen: list[bool] = []

    def look() -> None:
        with database.read() as work:
            seen.append(work.users.by_key("ana") is not None)

    with database.work() as work:
        work.users.add(user("ana"))
        work.after_commit(look)
        assert seen == []
    assert seen == [True]
    with pytest.raises(IntegrityError), database.work() as work:
        work.after_commit(look)
        work.users.add(user("ana"))
    assert seen == [True]


def test_exception_rolls_back(database: Database) -> None:
    """Nothing of a broken block stays."""
    with pytest.raises(RuntimeError), database.work() as work:
        work.users.add(user("ana"))
        raise RuntimeError
    with database.read() as work:
        assert work.users.by_key("ana") is None


def test_rows_can_be_read_after_their_transaction(database: Database) -> None:
    """No lazy loading behind a closed session."""
    with database.work() as work:
        row = user("ana")
        work.users.add(row)
    assert row.username == "ana"
    assert row.id
