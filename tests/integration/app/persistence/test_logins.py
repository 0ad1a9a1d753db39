"""app.persistence.logins"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.persistence.base import make_engine
from app.persistence.logins import Login
from app.persistence.unit_of_work import Database
from app.persistence.users import User

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(make_engine(database_url))
    with database.work() as work:
        for name in ("ana", "ben"):
            work.users.add(User(id=name, username=name, username_key=name, password_hash="-", created_at=NOW))
        for name, user_id, used_at in (("a1", "ana", NOW), ("a2", "ana", NOW - DAY), ("b", "ben", NOW)):
            work.logins.add(Login(id=name, user_id=user_id, epoch=0, used_at=used_at))
    yield database
    database.engine.dispose()


def living(database: Database) -> set[str]:
    with database.read() as work:
        return work.logins.living(["a1", "a2", "b", "unknown"], NOW - DAY * 2)


def test_login_is_found_with_whose_it_is(database: Database) -> None:
    """Or not at all."""
    with database.read() as work:
        found = work.logins.with_user("b")
        assert found is not None
        assert (found[0].id, found[1].username) == ("b", "ben")
        assert work.logins.with_user("unknown") is None
        assert work.logins.living(["a1", "a2"], NOW - DAY) == {"a1"}


def test_logins_end(database: Database) -> None:
    """One, all of a person but one, and those that nobody uses any more."""
    with database.work() as work:
        assert work.logins.remove_of("ana", but="a1") == ["a2"]
    assert living(database) == {"a1", "b"}
    with database.work() as work:
        work.logins.remove("a1")
    assert living(database) == {"b"}
    with database.work() as work:
        work.logins.remove_unused(NOW - DAY)
    assert living(database) == {"b"}
    with database.work() as work:
        work.logins.remove_unused(NOW)
    assert living(database) == set()


def test_logins_go_with_the_account(database: Database) -> None:
    """The database sees to it."""
    with database.work() as work:
        ana = work.users.get("ana")
        assert ana is not None
        work.users.remove(ana)
    assert living(database) == {"b"}
