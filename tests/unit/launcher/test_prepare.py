"""launcher.prepare: what a program that failed has said."""

import pytest

from launcher.prepare import says_full


@pytest.mark.parametrize(
    ("output", "full"),
    [
        ("sqlite3.OperationalError: database or disk is full", True),
        ("OSError: [Errno 28] No space left on device: 'turtus.db'", True),
        ("OSError: [Errno 122] Disk quota exceeded", True),
        ("could not translate host name db to address", False),
    ],
)
def test_a_full_disk_is_known_by_its_words(output: str, full: bool) -> None:
    """Then nobody is sent to look at the database's address."""
    assert says_full(output) is full
