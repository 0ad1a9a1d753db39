"""app.factory"""

from pathlib import Path

import pytest
from flask import request

from app.factory import create_app
from app.settings import load
from app.sockets.endpoint import SERVER_OPTIONS
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
