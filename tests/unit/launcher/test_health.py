"""launcher.health: what the service answers, in words."""

import pytest

from launcher import health


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"checks": {"database": True, "redis": False, "worker": False}}, "not ready yet: redis, worker"),
        ({"status": "not ready"}, "not ready yet: status"),
        (None, "not ready yet"),
        ([], "not ready yet"),
    ],
)
def test_missing_parts(body: object, text: str) -> None:
    """The parts that do not answer are named."""
    assert health.missing_parts(body) == text


def test_nothing_there() -> None:
    """No server is an answer, not an error."""
    assert health.get("http://127.0.0.1:9/healthz", timeout_s=0.5) is None
    assert health.serving("http://127.0.0.1:9") == "the web server does not answer"
