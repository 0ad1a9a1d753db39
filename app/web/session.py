"""Who is signed in: Flask-Login on top of the logins service."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from app.services.logins import Logins, Visitor


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a request."""

    def __init__(self, visitor: Visitor) -> None:
        self.id = visitor.user_id
        self.username = visitor.username
        self.login_id = visitor.login_id
        self._key = visitor.key

    def get_id(self) -> str:
        """What the cookies keep."""
        return self._key


def make_login_manager(logins: Logins) -> LoginManager:
    """Loads people from their cookies."""
    manager = LoginManager()
    manager.login_view = "accounts.login"
    manager.login_message = None
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> SignedIn | None:
        if g.get("people_away"):  # the page that says so is for everybody
            return None
        g.people_away = True  # until they answer
        visitor = logins.find(key)
        if visitor is not None and visitor.due and "Upgrade" not in request.headers:  # sockets set no cookies
            logins.use(visitor.login_id)
            _send_cookies_again()
        g.people_away = False
        return SignedIn(visitor) if visitor else None

    return manager


def sign_in(visitor: Visitor, *, remember: bool) -> None:
    """Give this browser the cookies of a login."""
    login_user(SignedIn(visitor), remember=remember)


def is_remembered() -> bool:
    """Whether this browser keeps its login when it is closed."""
    return current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies


def _send_cookies_again() -> None:
    """Their time, which is in them, begins anew."""
    session.modified = True
    if is_remembered():
        session["_remember"] = "set"  # read by Flask-Login after the request


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
    """Where the request came from, for rate limits: in IPv6 the network, of which one visitor has all."""
    return network_of(request.remote_addr or "unknown")


def network_of(address: str) -> str:
    """An IPv6 address' /56 (RFC 6177: what a home is given), anything else as it is. Pure."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 56), strict=False))
