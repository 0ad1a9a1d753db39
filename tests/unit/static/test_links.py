"""Addresses in a message become links, and nothing else becomes markup."""

import pytest

from tests.unit.static.conftest import Js

SHAPE = "m.linked(a).map((part) => typeof part === 'string' ? part : [part.tagName, part.href, part.rel])"
REL = "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("hello", ["hello"]),
        ("<b>no</b>", ["<b>no</b>"]),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
        (
            "see https://example.org/a?b=1, ok",
            ["see ", ["A", "https://example.org/a?b=1", REL], ", ok"],
        ),
        ("(http://example.org/x)", ["(", ["A", "http://example.org/x", REL], ")"]),
    ],
)
def test_linked(js: Js, text: str, parts: list[object]) -> None:
    """Punctuation around an address stays outside."""
    assert js(SHAPE, text) == parts
