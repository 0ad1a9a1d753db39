"""app.web.session"""

import pytest

from app.web.session import safe_next


@pytest.mark.parametrize("path", ["/", "/rooms/abc", "/rooms?q=a%20b", "/a#b"])
def test_paths_of_this_site_are_followed(path: str) -> None:
    """As they are."""
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "rooms",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:x",
        "/\t/evil.example",
        "/\t\\evil.example",
        "/\n\\evil.example",
    ],
)
def test_everything_else_is_not(path: str | None) -> None:
    """None, so that the first page is shown."""
    assert safe_next(path) is None
