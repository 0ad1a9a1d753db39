"""Who is signed in: Flask-Login on top of the accounts service."""

from typing import Any
from urllib.parse import urlsplit

from flask import g, request
from flask_login import LoginManager, UserMixin, current_user, login_user

from app.services.accounts import Account, Accounts


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a request."""

    def __init__(self, account: Account) -> None:
        self.id = account.id
        self.username = account.username
        self._epoch = account.session_epoch

    def get_id(self) -> str:
        """What the session keeps: an old epoch is not let in any more."""
        return f"{self._epoch}:{self.id}"


def make_login_manager(accounts: Accounts) -> LoginManager:
    """Loads people from their session."""
    manager = LoginManager()
    manager.login_view = "accounts.login"
    manager.login_message = None
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> SignedIn | None:
        if g.get("people_away"):  # the page that says so is for everybody
            return None
        epoch, _, user_id = key.partition(":")
        try:
            account = accounts.find(user_id)
        except Exception:
            g.people_away = True
            raise
        if account is None or str(account.session_epoch) != epoch:
            return None
        return SignedIn(account)

    return manager


def sign_in(account: Account, *, remember: bool) -> None:
    """Begin a session."""
    login_user(SignedIn(account), remember=remember)


def me() -> Any:
    """The signed-in person (``id``, ``username``); only behind login_required."""
    return current_user


def safe_next(raw: str | None) -> str | None:
    """Where to go after signing in: a path of this site, or None."""
    if not raw or not raw.startswith("/") or raw.startswith("//"):
        return None
    if any(char < " " or char == "\\" for char in raw):  # browsers drop or turn them: "/\t\\host" is "//host"
        return None
    parts = urlsplit(raw)
    return None if parts.scheme or parts.netloc else raw


def client_address() -> str:
    """Where the request came from, for rate limits."""
    return request.remote_addr or "unknown"
