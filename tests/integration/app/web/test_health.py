"""app.web.health"""

from pathlib import Path

from tests.integration.conftest import Site


def test_health_and_readiness_tell_parts_apart(tmp_path: Path) -> None:
    """Alive without Redis and without a worker, but not ready; the checks say which."""
    site = Site(tmp_path)
    try:
        visitor = site.visitor()
        assert visitor.get("/healthz").json() == {"status": "ok"}
        ready = visitor.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"] == {"database": True, "redis": True, "worker": False}
        site.redis.stop()
        assert visitor.get("/healthz").ok
        assert visitor.get("/readyz").json()["checks"]["redis"] is False
        assert visitor.get("/").ok
    finally:
        site.stop()
