"""app.factory"""

import io
import re
from pathlib import Path

import pytest
from flask import request
from sqlalchemy.exc import OperationalError

from app.factory import create_app
from app.persistence.migrate import upgrade
from app.realtime.rate import RateLimits
from app.settings import load
from app.sockets.endpoint import SERVER_OPTIONS
from app.web.forms import MAX_FORM_BYTES, MAX_FORM_PARTS
from app.wiring import make_parts
from tests.support.servers import settings_env


def test_app_is_made_without_any_server(tmp_path: Path) -> None:
    """It only wires: neither Redis nor a database is there, and the first page is shown."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_SERVER_USE_HTTPS="1")
    app = create_app(load(env))
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["REMEMBER_COOKIE_SECURE"]
    assert app.test_client().get("/", headers={"Accept": "text/html"}).status_code == 200


def test_sockets_have_a_heartbeat_and_a_size_limit(tmp_path: Path) -> None:
    """The library has neither by default."""
    app = create_app(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    assert app.config["SOCK_SERVER_OPTIONS"] is SERVER_OPTIONS
    assert SERVER_OPTIONS["ping_interval"]
    assert SERVER_OPTIONS["max_message_size"]


@pytest.mark.parametrize(("hops", "seen"), [("0", "127.0.0.1"), ("1", "192.0.2.9")])
def test_proxies_are_believed_only_when_told(tmp_path: Path, hops: str, seen: str) -> None:
    """Otherwise anybody could choose the address that limits count by."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_TRUSTED_PROXIES=hops)
    app = create_app(load(env))

    @app.get("/who")
    def who() -> str:
        return request.remote_addr or ""

    assert app.test_client().get("/who", headers={"X-Forwarded-For": "192.0.2.9"}).text == seen


def test_signal_server_elsewhere_is_allowed_by_the_policy(tmp_path: Path) -> None:
    """connect-src names it."""
    env = settings_env(
        tmp_path, "redis://127.0.0.1:1/0", TURTUS_WEB_DEFAULT_SIGNAL_SERVER="wss://signal.example"
    )
    headers = create_app(load(env)).test_client().get("/healthz").headers
    assert "connect-src 'self' wss://signal.example;" in headers["Content-Security-Policy"]


HTML = {"Accept": "text/html"}


def test_public_https_address_is_used(tmp_path: Path) -> None:
    """Behind a proxy: Secure cookies, HTTPS from now on, and links and origins with the public name."""
    env = settings_env(
        tmp_path,
        "redis://127.0.0.1:1/0",
        TURTUS_SERVER_USE_HTTPS="0",
        TURTUS_PUBLIC_URL="https://turtus.example.org",
    )
    upgrade(env["TURTUS_DATABASE_URL"])
    parts = make_parts(load(env), limits=RateLimits.memory())
    app = create_app(load(env), parts)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    ana = {"username": "ana", "password": "correct horse"}
    answer = client.post("/register", data=ana, base_url="https://inside:8443")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("; Secure" in cookie for cookie in cookies)
    room = parts.rooms.create(parts.accounts.authenticate("ana", "correct horse", "-").id, "R")
    page = client.get(f"/rooms/{room.slug}", base_url="https://inside:8443").text
    assert f"https://turtus.example.org/rooms/{room.slug}" in page
    assert "inside:8443/rooms" not in page
    parts.database.engine.dispose()


def test_own_certificate_is_not_forced_on_anybody(tmp_path: Path) -> None:
    """No Strict-Transport-Security: nobody could click the warning away any more."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_SERVER_USE_HTTPS="1")
    headers = create_app(load(env)).test_client().get("/healthz").headers
    assert "Strict-Transport-Security" not in headers


def test_page_that_says_the_database_is_away_does_not_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody signed in sees a page with words, and is still signed in when it is back."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0")
    upgrade(env["TURTUS_DATABASE_URL"])
    parts = make_parts(load(env), limits=RateLimits.memory())
    client = create_app(load(env), parts).test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/register").text)
    assert token is not None
    ana = {"csrf_token": token[1], "username": "ana", "password": "correct horse"}
    assert client.post("/register", data=ana).status_code == 302

    def away(_key: str) -> None:
        raise OperationalError("select", {}, Exception("the server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(type(parts.logins), "find", lambda _, key: away(key))
        for path in ("/rooms", "/", "/nowhere"):
            answer = client.get(path, headers=HTML)
            assert answer.status_code == 500
            assert "Something went wrong on the server" in answer.text
            assert "<h1" in answer.text
    assert client.get("/account").status_code == 200
    parts.database.engine.dispose()


def test_forms_are_small(tmp_path: Path) -> None:
    """Refused before it is taken apart, which a megabyte of fields took 0.4 s; a route may take more by itself."""
    app = create_app(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    client = app.test_client()
    fields = "&".join(f"{n}=" for n in range(140_000))
    much = client.post("/login", data=fields, content_type="application/x-www-form-urlencoded")
    assert much.status_code == 413
    parts = {f"n{n}": "" for n in range(MAX_FORM_PARTS + 1)}
    assert client.post("/login", data=parts, content_type="multipart/form-data").status_code == 413
    with app.test_request_context(
        method="POST", data={"file": (io.BytesIO(bytes(2 * MAX_FORM_BYTES)), "a.png")}
    ):
        request.max_content_length = 4 * MAX_FORM_BYTES
        assert len(request.files["file"].read()) == 2 * MAX_FORM_BYTES
