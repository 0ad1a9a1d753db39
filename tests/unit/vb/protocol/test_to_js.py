"""The page's side of the schema follows the Python side."""

import json
import re
from enum import IntEnum
from pathlib import Path

import msgspec
import pytest

from vb.protocol import limits, messages, to_js
from vb.protocol.codec import type_name


def test_committed_file_is_what_the_schema_says() -> None:
    """Drift: whoever changes the schema generates the page's side anew."""
    assert to_js.TARGET.read_text(encoding="utf-8") == to_js.generate(), "run python -m vb.protocol.to_js"


def test_every_message_of_a_page_has_its_type_and_shape() -> None:
    """Every message a person sends or receives is named in `Type` and typed."""
    text = to_js.generate()
    kinds: list[type[msgspec.Struct]] = [*messages.RELAYED, *messages.REQUESTS, *messages.ROOM_EVENTS]
    for kind in kinds:
        assert f": {json.dumps(type_name(kind))},\n" in text
        assert re.search(rf"@typedef .* {kind.__name__}( \*/)?$", text, re.MULTILINE)


def test_what_only_agents_say_stays_out() -> None:
    """A page has no use for `agent.status` and `shutdown`."""
    text = to_js.generate()
    assert "agent.status" not in text
    assert "shutdown" not in text


def test_optional_fields_are_marked() -> None:
    """A field with a default gets a question mark, one without does not."""
    text = to_js.generate()
    assert 'type: "browser.start", url?: string|null, kind?: ' in text
    assert 'type: "chat.send", text: string, client_msg_id: string }' in text


def test_limits_and_final_codes_are_carried_over() -> None:
    """Numbers are the same on both sides."""
    text = to_js.generate()
    assert f"export const MAX_CHAT_CHARS = {limits.MAX_CHAT_CHARS};" in text
    final = json.dumps(sorted(int(code) for code in limits.FINAL_CLOSE_CODES))
    assert f"FINAL_CLOSE_CODES = Object.freeze({final});" in text


def test_names_without_a_sentence_get_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An enum without a docstring is written without a comment."""

    class CloseCode(IntEnum):
        GONE = 4999

    CloseCode.__doc__ = None
    monkeypatch.setattr(limits, "CloseCode", CloseCode)
    assert "\n\nexport const CloseCode = Object.freeze({\n  GONE: 4999,\n});\n" in to_js.generate()


def test_main_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` fails on a file that is missing or old, and passes right after writing."""
    target = tmp_path / "protocol.js"
    assert to_js.main(["--check"], target) == 1
    assert to_js.main([], target) == 0
    assert to_js.main(["--check"], target) == 0
    target.write_text("old", encoding="utf-8")
    assert to_js.main(["--check"], target) == 1
    assert "out of date" in capsys.readouterr().err
