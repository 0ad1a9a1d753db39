"""app.services.accounts"""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import Forbidden, InvalidInput, NotFound, TooOften
from app.realtime import rate
from app.realtime.known import KnownNetworks
from app.realtime.rate import RateLimits
from app.services.accounts import TAKEN, WRONG, Accounts
from app.services.hashing import Hashing
from app.wiring import Parts

PASSWORD = "correct horse"
HERE = "192.0.2.1"


def test_register_then_sign_in(parts: Parts) -> None:
    """The name counts without its case; what is stored is an argon2 hash."""
    account = parts.accounts.register("Ana", PASSWORD, HERE)
    assert parts.accounts.authenticate(" aNA ", PASSWORD, HERE) == account
    with parts.database.read() as work:
        row = work.users.get(account.id)
    assert row is not None
    assert row.password_hash.startswith("$argon2id$")


def test_taken_name_is_refused_at_its_field(parts: Parts) -> None:
    """Also in another case, also when two come at once (the database decides)."""
    parts.accounts.register("Ana", PASSWORD, HERE)
    with pytest.raises(InvalidInput) as refused:
        parts.accounts.register("ANA", PASSWORD, HERE)
    assert refused.value.fields == {"username": TAKEN}


@pytest.mark.parametrize(
    ("name", "password", "field"), [("a", PASSWORD, "username"), ("ana", "short", "password")]
)
def test_what_cannot_be_taken_is_named(parts: Parts, name: str, password: str, field: str) -> None:
    """A sentence at the field that is wrong."""
    with pytest.raises(InvalidInput) as refused:
        parts.accounts.register(name, password, HERE)
    assert list(refused.value.fields) == [field]


def test_wrong_name_and_wrong_password_look_the_same(parts: Parts) -> None:
    """No hint whether the account exists; an endless password is not even hashed."""
    parts.accounts.register("ana", PASSWORD, HERE)
    for name, password in (("ana", "wrong password"), ("nobody", PASSWORD), ("ana", "x" * 10_000)):
        with pytest.raises(InvalidInput) as refused:
            parts.accounts.authenticate(name, password, HERE)
        assert refused.value.fields == {"password": WRONG}


def test_guessing_is_limited(parts: Parts) -> None:
    """After ten failures even the right password waits, from there; another account does not."""
    parts.accounts.register("ana", PASSWORD, HERE)
    parts.accounts.register("ben", PASSWORD, HERE)
    for _ in range(10):
        with pytest.raises(InvalidInput):
            parts.accounts.authenticate("ana", "wrong password", HERE)
    with pytest.raises(TooOften):
        parts.accounts.authenticate("ana", PASSWORD, HERE)
    parts.accounts.authenticate("ben", PASSWORD, HERE)


def guess_from_everywhere(parts: Parts, tries: int) -> None:
    """So many wrong passwords for ana, from as many networks as that takes."""
    for n in range(tries):
        with pytest.raises(InvalidInput):
            parts.accounts.authenticate("ana", "x" * 1000, f"198.51.100.{n // rate.LOGIN_PER_ACCOUNT.amount}")


def test_nobody_locks_anybody_else_out(parts: Parts) -> None:
    """Who guesses from one address for an hour is in nobody's way elsewhere."""
    parts.accounts.register("ana", PASSWORD, HERE)
    hour_of_one = rate.LOGIN_PER_ACCOUNT.amount * 3600 // rate.LOGIN_PER_ACCOUNT.get_expiry()
    assert rate.LOGIN_FROM_ANYWHERE.amount > 2 * hour_of_one
    guess_from_everywhere(parts, 2 * hour_of_one)
    parts.accounts.authenticate("ana", PASSWORD, "203.0.113.1")


def test_guesses_from_everywhere_do_not_lock_out_where_one_has_signed_in(parts: Parts) -> None:
    """Made the account there, or signed in later; only who comes from somewhere new has to wait."""
    parts.accounts.register("ana", PASSWORD, HERE)
    guess_from_everywhere(parts, rate.LOGIN_FROM_ANYWHERE.amount - 1)
    parts.accounts.authenticate("ana", PASSWORD, "203.0.113.1")
    with pytest.raises(TooOften):
        parts.accounts.authenticate("ana", PASSWORD, "203.0.113.2")
    for address in (HERE, "203.0.113.1"):
        parts.accounts.authenticate(" ANA", PASSWORD, address)
        for _ in range(rate.LOGIN_PER_ACCOUNT.amount):
            with pytest.raises(InvalidInput):
                parts.accounts.authenticate("ana", "x" * 1000, address)
        with pytest.raises(TooOften):
            parts.accounts.authenticate("ana", PASSWORD, address)


def test_guessing_at_once_is_limited_as_well(parts: Parts) -> None:
    """Forty tries at the same moment are ten looks at the password, on both ways to it."""
    looks: list[int] = []

    def count(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        looks.append(1)
        return False

    account = parts.accounts.register("ana", PASSWORD, HERE)
    accounts = Accounts(
        parts.database,
        RateLimits.memory(),
        parts.logins,
        KnownNetworks(parts.redis, "secret"),
        registration_open=True,
        hashing=Hashing(count, at_once=40),
    )
    ways: list[Callable[[], object]] = [
        lambda: accounts.authenticate("ana", "wrong password", HERE),
        lambda: accounts.confirm(account.id, "wrong password"),
    ]
    for way in ways:
        looks.clear()
        refused = at_once(40, way)
        assert len(looks) == 10
        assert sorted(map(type, refused), key=str) == [InvalidInput] * 10 + [TooOften] * 30


def at_once(times: int, way: Callable[[], object]) -> list[Exception]:
    """What ``way`` raised, called by as many threads together."""
    gate, raised = threading.Barrier(times), list[Exception]()

    def go() -> None:
        gate.wait()
        try:
            way()
        except (InvalidInput, TooOften) as error:
            raised.append(error)

    threads = [threading.Thread(target=go) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_right_password_does_not_use_the_limit_up(parts: Parts) -> None:
    """It begins a new count for the account, also after nine wrong ones."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    for _ in range(2):
        for _ in range(9):
            with pytest.raises(InvalidInput):
                parts.accounts.authenticate("ana", "x" * 1000, HERE)
        parts.accounts.authenticate("ana", PASSWORD, HERE)
    for _ in range(11):
        parts.accounts.confirm(account.id, PASSWORD)


def test_address_is_limited_and_then_locks_nobody_out(parts: Parts) -> None:
    """Who has tried too many names from one place cannot use up the tries of another account."""
    parts.accounts.register("ana", PASSWORD, HERE)
    for n in range(rate.LOGIN_PER_ADDRESS.amount):
        with pytest.raises(InvalidInput):
            parts.accounts.authenticate(f"nobody{n}", "x" * 1000, "192.0.2.66")
    for _ in range(rate.LOGIN_PER_ACCOUNT.amount):
        with pytest.raises(TooOften):
            parts.accounts.authenticate("ana", PASSWORD, "192.0.2.66")
    parts.accounts.authenticate("ana", PASSWORD, HERE)


def test_password_change_ends_other_logins(parts: Parts) -> None:
    """The one it was done in stays, with a new key; the old password is worth nothing; the present one is asked for."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    here, phone = (parts.logins.begin(account.id) for _ in range(2))
    with pytest.raises(InvalidInput) as refused:
        parts.accounts.change_password(account.id, "not mine", "new password", login=here.login_id)
    assert list(refused.value.fields) == ["current"]
    assert parts.logins.find(phone.key) == phone
    changed = parts.accounts.change_password(account.id, PASSWORD, "new password", login=here.login_id)
    assert changed is not None
    assert parts.logins.find(changed.key) == changed
    assert changed.login_id == here.login_id
    assert parts.logins.find(here.key) is None
    assert parts.logins.find(phone.key) is None
    assert parts.accounts.authenticate("ana", "new password", HERE).id == account.id


def test_password_changed_where_nobody_is_signed_in_any_more(parts: Parts) -> None:
    """Signed out in another tab meanwhile: it is changed, and that tab is not signed in again."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    assert parts.accounts.change_password(account.id, PASSWORD, "new password", login="gone") is None


def test_rename_keeps_the_account(parts: Parts) -> None:
    """A new name signs in; a taken one is refused."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    parts.accounts.register("ben", PASSWORD, HERE)
    parts.accounts.rename(account.id, "anna")
    assert parts.accounts.authenticate("anna", PASSWORD, HERE).id == account.id
    with pytest.raises(InvalidInput):
        parts.accounts.rename(account.id, "Ben")


def test_deleted_account_is_gone(parts: Parts) -> None:
    """It is signed in nowhere, cannot sign in, cannot be deleted twice."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    login = parts.logins.begin(account.id)
    parts.accounts.confirm(account.id, PASSWORD)
    parts.accounts.delete(account.id)
    assert parts.logins.find(login.key) is None
    with pytest.raises(InvalidInput):
        parts.accounts.authenticate("ana", PASSWORD, HERE)
    with pytest.raises(NotFound):
        parts.accounts.delete(account.id)


def test_closed_registration_is_closed(parts: Parts) -> None:
    """A setting decides."""
    parts.accounts.registration_open = False
    with pytest.raises(Forbidden):
        parts.accounts.register("ana", PASSWORD, HERE)
