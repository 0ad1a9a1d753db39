"""app.web.hosts"""

from pathlib import Path

import pytest

from app.factory import create_app
from app.settings import load
from tests.support.servers import settings_env

SENTENCE = "a site whose name cannot be"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a" * 64,
        "a" * 64 + ".example",
        "a..b",
        "exämple",
        "a:0",
        "a:99999",
        "a:x",
        "::1",
        "[::1",
        "[x]:1",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/login"), ("POST", "/login"), ("GET", "/nowhere"), ("GET", "/")]
)
def test_host_that_is_none_gets_a_page_that_says_so(
    tmp_path: Path, host: str, method: str, path: str
) -> None:
    """400 and a sentence, whatever was asked for, and before anything else is looked at."""
    client = create_app(load(settings_env(tmp_path, "redis://127.0.0.1:1/0"))).test_client()
    answer = client.open(path, method=method, environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400
    assert SENTENCE in answer.text
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "192.0.2.7:8443", "[::1]:8443", "turtus.example.org", "a" * 63]
)
def test_host_that_is_one_gets_its_page(tmp_path: Path, host: str) -> None:
    """Names and addresses, with a port or without."""
    client = create_app(load(settings_env(tmp_path, "redis://127.0.0.1:1/0"))).test_client()
    assert client.get("/login", environ_overrides={"HTTP_HOST": host}).status_code == 200


def test_host_that_a_proxy_hands_on_is_looked_at(tmp_path: Path) -> None:
    """The one that counts, not the proxy's own."""
    env = settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_TRUSTED_PROXIES="1")
    client = create_app(load(env)).test_client()
    assert client.get("/login", headers={"X-Forwarded-Host": "a" * 64}).status_code == 400
    assert client.get("/login", headers={"X-Forwarded-Host": "turtus.example.org"}).status_code == 200
