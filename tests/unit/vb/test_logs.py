"""vb.logs"""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from vb.logs import SUCCESS, configure

LEVELS = [("🤔", logging.INFO), ("🤔", logging.WARNING), ("👎", logging.ERROR), ("☠️", logging.CRITICAL)]


@pytest.fixture(autouse=True)
def _root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize(("emoji", "level"), LEVELS)
def test_text_has_the_emoji_of_its_level(emoji: str, level: int) -> None:
    """Information and warning, non-fatal error, fatal error."""
    stream = io.StringIO()
    configure(stream=stream)
    logging.getLogger("turtus.test").log(level, "it %s", "happened")
    line = stream.getvalue()
    assert f"Z {emoji} turtus.test: it happened\n" in line


def test_success_smiles() -> None:
    """Marked by whoever logs it."""
    stream = io.StringIO()
    configure(stream=stream)
    logging.getLogger("turtus.test").info("ready", extra=SUCCESS)
    assert "🙂" in stream.getvalue()


def test_emoji_can_be_switched_off() -> None:
    """The level's name takes its place."""
    stream = io.StringIO()
    configure(emoji=False, stream=stream)
    logging.getLogger("turtus.test").info("ready", extra=SUCCESS)
    assert " INFO turtus.test: ready" in stream.getvalue()
    assert stream.getvalue().isascii()


def test_json_never_has_an_emoji() -> None:
    """One object a line, with level, logger, message and time."""
    stream = io.StringIO()
    configure("json", emoji=True, stream=stream)
    logging.getLogger("turtus.test").error("broken", extra={"browser": "b1"})
    record = json.loads(stream.getvalue())
    assert (record["level"], record["logger"], record["message"]) == ("ERROR", "turtus.test", "broken")
    assert record["browser"] == "b1"
    assert stream.getvalue().isascii()
