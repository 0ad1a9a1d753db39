"""app.web.home, health and the headers of every answer"""

from datetime import UTC, datetime, timedelta

import requests

from tests.integration.conftest import Site


def test_programs_get_the_time_and_browsers_a_page(site: Site) -> None:
    """``curl https://localhost/`` answers with the moment the request was received."""
    before = datetime.now(UTC)
    answer = requests.get(site.web.url, timeout=5)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(answer.text.strip()) <= datetime.now(UTC)
    page = site.visitor().get("/")
    assert page.headers["Content-Type"].startswith("text/html")


def test_pages_are_guarded_by_headers(site: Site) -> None:
    """Nothing foreign is loaded, nobody frames us, nothing private is cached."""
    headers = site.visitor().get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    script = site.visitor().get("/static/js/protocol.js")
    assert script.ok
    assert script.headers.get("Cache-Control") != "no-store"
