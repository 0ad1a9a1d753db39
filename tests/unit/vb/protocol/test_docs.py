"""docs/protocol.md says all that the schema has"""

import re
from pathlib import Path

import msgspec
import pytest

from vb.protocol import codec, files, messages, view
from vb.protocol.limits import FINAL_CLOSE_CODES, CloseCode, ErrorCode

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "protocol.md").read_text()
KINDS: list[type[msgspec.Struct]] = [
    *messages.RELAYED, *messages.REQUESTS, *messages.AGENT_REQUESTS,
    *messages.ROOM_EVENTS, *messages.SERVER_ONLY, *view.FROM_PAGE, *view.TO_PAGE,
    *files.FROM_PAGE, *files.TO_PAGE,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=codec.type_name)
def test_message_is_on_the_page_with_its_fields(kind: type[msgspec.Struct]) -> None:
    """Its row names every field, and no row names a message that there is not."""
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{codec.type_name(kind)}` |")]
    assert len(rows) == 1
    for field in msgspec.structs.fields(kind):
        assert f"`{field.name}`" in rows[0]


def test_page_has_no_message_that_is_gone() -> None:
    """Rows of the message tables are types of the schema."""
    rows = re.findall(r"^\| `([a-z_.]+)` \|", PAGE, re.MULTILINE)
    assert set(rows) - {"type"} == {codec.type_name(kind) for kind in KINDS}


@pytest.mark.parametrize("code", list(CloseCode))
def test_close_code_is_on_the_page(code: CloseCode) -> None:
    """With whether a client comes back."""
    row = re.search(rf"^\| {code.value} \| .* \| (yes|no) \|$", PAGE, re.MULTILINE)
    assert row is not None
    assert (row.group(1) == "no") is (code in FINAL_CLOSE_CODES)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_error_code_is_on_the_page(code: ErrorCode) -> None:
    """In the list of refusals."""
    assert f"`{code.value}`" in PAGE
