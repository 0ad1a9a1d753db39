"""Sizes, spans and progress in words."""

import pytest

from tests.unit.static.conftest import Js


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (10_188, "9.9 KB"),
        (10_240, "10 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (104_857_600, "100 MB"),
        (5_000_000_000, "4.7 GB"),
        (5_000_000_000_000, "4657 GB"),
    ],
)
def test_sizes(js: Js, size: int, text: str) -> None:
    """Two digits where they matter."""
    assert js("m.sizeText(a)", size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "deleted in a minute"),
        (60, "deleted in 1 min"),
        (1790, "deleted in 30 min"),
        (7200, "deleted in 2 h"),
    ],
)
def test_expiry(js: Js, seconds: int, text: str) -> None:
    """Roughly."""
    assert js("m.expiryText(a)", seconds) == text


@pytest.mark.parametrize(
    ("way", "phase", "text"),
    [
        ("up", "waiting", "Waits for its turn"),
        ("up", "moving", "Uploading · 512 bytes of 1 KB"),
        ("down", "moving", "Saving · 512 bytes of 1 KB"),
        ("down", "stopped", "Why."),
    ],
)
def test_transfers(js: Js, way: str, phase: str, text: str) -> None:
    """What goes on, or why it stopped."""
    transfer = {"way": way, "phase": phase, "moved": 512, "size": 1024, "message": "Why."}
    assert js("m.transferText(a)", transfer) == text
