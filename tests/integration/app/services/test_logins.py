"""app.services.logins"""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
import redis

from app.errors import InvalidInput
from app.realtime.bus import RedisBus
from app.services.logins import CHANGED, NOTED_EVERY, Logins
from app.wiring import Parts
from vb.protocol.limits import CloseCode

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class FakeBus:
    """Takes down whose sockets were to be closed; ``away`` as when Redis does not answer."""

    def __init__(self) -> None:
        self.closed: list[tuple[list[str], int]] = []
        self.away = False

    def close_logins(self, login_ids: list[str], close_code: int, why: str = "") -> None:
        if self.away:
            raise redis.ConnectionError
        self.closed.append((login_ids, close_code))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def logins(parts: Parts, bus: FakeBus, clock: Clock) -> Logins:
    return Logins(parts.database, cast(RedisBus, bus), days=30, now=clock)


@pytest.fixture
def ana(parts: Parts) -> str:
    return parts.accounts.register("ana", "correct horse", "192.0.2.1").id


def test_login_lasts_until_it_is_ended(logins: Logins, bus: FakeBus, ana: str) -> None:
    """Each browser has its own; the end of one closes its sockets and no others."""
    here, phone = logins.begin(ana), logins.begin(ana)
    assert logins.find(here.key) == here
    logins.end(here.login_id)
    logins.end(here.login_id)
    assert logins.find(here.key) is None
    assert logins.find(phone.key) == phone
    assert bus.closed == [([here.login_id], CloseCode.NO_SESSION)] * 2


@pytest.mark.parametrize("key", ["", ":", "0:", "nonsense", "1:{id}", "{id}", "00:{id}", "x:0:{id}"])
def test_only_the_present_key_is_let_in(logins: Logins, ana: str, key: str) -> None:
    """Neither an older one nor nonsense."""
    assert logins.find(key.format(id=logins.begin(ana).login_id)) is None


def test_login_ends_when_it_is_not_used(logins: Logins, clock: Clock, ana: str) -> None:
    """A use begins its time anew, and is noted once an hour."""
    login = logins.begin(ana)
    clock.now += NOTED_EVERY - timedelta(seconds=1)
    found = logins.find(login.key)
    assert found is not None
    assert not found.due
    clock.now = NOW + timedelta(days=29)
    found = logins.find(login.key)
    assert found is not None
    assert found.due
    logins.use(login.login_id)
    clock.now += timedelta(days=29)
    assert logins.find(login.key) is not None
    assert logins.ended([login.login_id]) == set()
    clock.now += timedelta(days=1)
    assert logins.find(login.key) is None
    assert logins.ended([login.login_id]) == {login.login_id}
    logins.begin(ana)
    logins.use(login.login_id)
    assert logins.find(login.key) is None, "it is forgotten by the next that begins"


def test_all_but_one_end(parts: Parts, logins: Logins, bus: FakeBus, ana: str) -> None:
    """The one that stays keeps its sockets and gets a new key; nothing happens if the transaction fails."""
    here, phone = logins.begin(ana), logins.begin(ana)
    with pytest.raises(RuntimeError), parts.database.work() as work:
        logins.end_of(work, ana, "Why.", but=here.login_id)
        raise RuntimeError
    assert bus.closed == []
    with parts.database.work() as work:
        key = logins.end_of(work, ana, "Why.", but=here.login_id)
    assert bus.closed == [([phone.login_id], CloseCode.NO_SESSION)]
    assert logins.find(here.key) is None
    found = logins.find(key or "")
    assert found is not None
    assert found.login_id == here.login_id
    assert logins.ended([here.login_id, phone.login_id]) == {phone.login_id}
    with parts.database.work() as work:
        assert logins.end_of(work, ana, "Why.") is None
    assert logins.ended([here.login_id]) == {here.login_id}


def test_login_ends_without_redis(logins: Logins, bus: FakeBus, ana: str) -> None:
    """The tick that looks for such sockets closes them later."""
    login = logins.begin(ana)
    bus.away = True
    logins.end(login.login_id)
    assert logins.find(login.key) is None
    assert logins.ended([login.login_id]) == {login.login_id}


def test_password_that_is_changed_while_it_is_looked_at_signs_nobody_in(parts: Parts, ana: str) -> None:
    """It was right a moment ago; all logins that it had begun have ended."""
    account = parts.accounts.authenticate("ana", "correct horse", "192.0.2.1")
    assert parts.logins.begin(ana, password_hash=account.password_hash).username == "ana"
    parts.accounts.change_password(ana, "correct horse", "new password")
    with pytest.raises(InvalidInput) as refused:
        parts.logins.begin(ana, password_hash=account.password_hash)
    assert refused.value.fields == {"password": CHANGED}
    parts.accounts.delete(ana)
    with pytest.raises(InvalidInput):
        parts.logins.begin(ana)


def test_use_of_one_that_has_just_ended_is_nothing(logins: Logins, ana: str) -> None:
    """Two requests at once: one signs out."""
    login = logins.begin(ana)
    logins.end(login.login_id)
    logins.use(login.login_id)
    assert logins.find(login.key) is None
