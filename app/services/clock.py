"""The one place where use cases read the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present, aware, UTC."""
    return datetime.now(UTC)
