"""app.services.clock"""

from datetime import UTC

from app.services.clock import utc_now


def test_now_is_aware() -> None:
    """No naive datetime enters a use case."""
    assert utc_now().tzinfo is UTC
