"""app.sockets.endpoint (with real sockets in tests/integration/app/sockets)"""

import pytest
from flask import Request
from werkzeug.test import create_environ

from app.sockets.endpoint import origin_allowed


@pytest.mark.parametrize(
    ("served", "page", "allowed"),
    [("https", "https", True), ("http", "http", True), ("http", "https", True), ("https", "http", False)],
)
def test_a_page_without_tls_has_no_say_on_a_site_with_it(served: str, page: str, allowed: bool) -> None:
    """The other way round is a proxy that has the certificate."""
    request = Request(create_environ(base_url=f"{served}://site:1", headers={"Origin": f"{page}://site:1"}))
    assert origin_allowed(request, ()) is allowed
