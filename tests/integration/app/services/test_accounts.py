"""app.services.accounts"""

import pytest

from app.errors import Forbidden, InvalidInput, NotFound, TooOften
from app.services.accounts import TAKEN, WRONG
from app.wiring import Parts

PASSWORD = "correct horse"
HERE = "192.0.2.1"


def test_register_then_sign_in(parts: Parts) -> None:
    """The name counts without its case; what is stored is an argon2 hash."""
    account = parts.accounts.register("Ana", PASSWORD, HERE)
    assert parts.accounts.authenticate(" aNA ", PASSWORD, HERE) == account
    assert parts.accounts.find(account.id) == account
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
    """After ten failures even the right password waits; another account does not."""
    parts.accounts.register("ana", PASSWORD, HERE)
    parts.accounts.register("ben", PASSWORD, HERE)
    for _ in range(10):
        with pytest.raises(InvalidInput):
            parts.accounts.authenticate("ana", "wrong password", HERE)
    with pytest.raises(TooOften):
        parts.accounts.authenticate("ana", PASSWORD, HERE)
    parts.accounts.authenticate("ben", PASSWORD, HERE)


def test_password_change_ends_other_sessions(parts: Parts) -> None:
    """The epoch grows; the old password is worth nothing; the present one is asked for."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    with pytest.raises(InvalidInput) as refused:
        parts.accounts.change_password(account.id, "not mine", "new password")
    assert list(refused.value.fields) == ["current"]
    changed = parts.accounts.change_password(account.id, PASSWORD, "new password")
    assert changed.session_epoch == account.session_epoch + 1
    assert parts.accounts.authenticate("ana", "new password", HERE).id == account.id


def test_rename_keeps_the_account(parts: Parts) -> None:
    """A new name signs in; a taken one is refused."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    parts.accounts.register("ben", PASSWORD, HERE)
    parts.accounts.rename(account.id, "anna")
    assert parts.accounts.authenticate("anna", PASSWORD, HERE).id == account.id
    with pytest.raises(InvalidInput):
        parts.accounts.rename(account.id, "Ben")


def test_deleted_account_is_gone(parts: Parts) -> None:
    """It cannot sign in, cannot be found, cannot be deleted twice."""
    account = parts.accounts.register("ana", PASSWORD, HERE)
    parts.accounts.confirm(account.id, PASSWORD)
    parts.accounts.delete(account.id)
    assert parts.accounts.find(account.id) is None
    with pytest.raises(NotFound):
        parts.accounts.delete(account.id)


def test_closed_registration_is_closed(parts: Parts) -> None:
    """A setting decides."""
    parts.accounts.registration_open = False
    with pytest.raises(Forbidden):
        parts.accounts.register("ana", PASSWORD, HERE)
