"""app.web.hosts"""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.settings import load
from tests.support.servers import settings_env

SENTENCE = "a site whose name cannot be"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(load(settings_env(tmp_path, "redis://127.0.0.1:1/0"))).test_client()


@pytest.mark.parametrize(
    "host", ["", "a" * 64, "a" * 64 + ".example", "a..b", "exämple", "a:0", "a:x", "[::1"]
)
def test_host_that_is_none_gets_a_page_that_says_so(client: FlaskClient, host: str) -> None:
    """400 and a sentence."""
    answer = client.get("/login", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400
    assert SENTENCE in answer.text
    assert "<h1" in answer.text


@pytest.mark.parametrize(("method", "path"), [("POST", "/login"), ("GET", "/nowhere"), ("GET", "/")])
def test_host_is_looked_at_before_anything_else(client: FlaskClient, method: str, path: str) -> None:
    """Whatever was asked for."""
    answer = client.open(path, method=method, environ_overrides={"HTTP_HOST": "a..b"})
    assert answer.status_code == 400
    assert SENTENCE in answer.text


@pytest.mark.parametrize("host", ["localhost", "192.0.2.7:8443", "[::1]:8443", "turtus.example.org"])
def test_host_that_is_one_gets_its_page(client: FlaskClient, host: str) -> None:
    """Names and addresses, with a port or without."""
    assert client.get("/login", environ_overrides={"HTTP_HOST": host}).status_code == 200


def test_host_that_a_proxy_hands_on_is_looked_at(tmp_path: Path) -> None:
    """The one that counts, not the proxy's own."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_TRUSTED_PROXIES="1")
    client = create_app(load(env)).test_client()
    assert client.get("/login", headers={"X-Forwarded-Host": "a" * 64}).status_code == 400
    assert client.get("/login", headers={"X-Forwarded-Host": "turtus.example.org"}).status_code == 200
