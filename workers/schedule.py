"""What beat does again and again. A pass that came too late is dropped: the next one does its work."""

from typing import Any

from app import dispatch

CULL_EVERY_S = 3.0
ROUND_EVERY_S = 10.0


def schedule() -> dict[str, dict[str, Any]]:
    """Celery's ``beat_schedule``."""
    return {
        "cull": {
            "task": dispatch.CULL,
            "schedule": CULL_EVERY_S,
            "options": {"queue": dispatch.COMMON_QUEUE, "expires": CULL_EVERY_S * 2},
        },
        "round": {
            "task": dispatch.ROUND,
            "schedule": ROUND_EVERY_S,
            "options": {"queue": dispatch.COMMON_QUEUE, "expires": ROUND_EVERY_S * 2},
        },
    }
