"""For machines: is this process alive, and can it serve people."""

from collections.abc import Callable

import redis
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

Check = Callable[[], bool]


def make_blueprint(checks: dict[str, Check]) -> Blueprint:
    """``/healthz`` (alive) and ``/readyz`` (each check by name; 503 unless all hold)."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        results = {name: _holds(check) for name, check in checks.items()}
        ready = all(results.values())
        return jsonify(status="ready" if ready else "not ready", checks=results), 200 if ready else 503

    return blueprint


def _holds(check: Check) -> bool:
    try:
        return check()
    except (redis.RedisError, OSError):
        return False
