"""One way to log, for every program: text for people (with emoji, if wanted) or JSON for machines.

🙂 success, 🤔 information or warning, 👎 non-fatal error, ☠️ fatal error. A success is an INFO
record logged with ``extra=SUCCESS``. JSON records never carry an emoji. Imports nothing of the project.
"""

import logging
import sys
import time
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

SUCCESS = {"success": True}

LogFormat = Literal["text", "json"]


def mark(record: logging.LogRecord) -> str:
    """The emoji of a record."""
    if record.levelno >= logging.CRITICAL:
        return "☠️"
    if record.levelno >= logging.ERROR:
        return "👎"
    return "🙂" if getattr(record, "success", False) else "🤔"


class TextFormatter(logging.Formatter):
    """``2026-01-31T12:00:00Z 🙂 app.services: browser ready``; ``emoji=False`` gives the level's name."""

    converter = staticmethod(time.gmtime)

    def __init__(self, *, emoji: bool) -> None:
        super().__init__("%(asctime)s %(mark)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self._emoji = emoji

    def format(self, record: logging.LogRecord) -> str:
        record.mark = mark(record) if self._emoji else record.levelname
        return super().format(record)


def configure(
    log_format: LogFormat = "text",
    *,
    emoji: bool = True,
    level: str = "INFO",
    stream: TextIO | None = None,
) -> None:
    """Send every record to ``stream`` (standard error if None). Called once, by an entry point."""
    handler = logging.StreamHandler(stream or sys.stderr)
    if log_format == "json":
        handler.setFormatter(
            JsonFormatter(
                "%(levelname)s %(name)s %(message)s",
                rename_fields={"levelname": "level", "name": "logger"},
                timestamp=True,
            )
        )
    else:
        handler.setFormatter(TextFormatter(emoji=emoji))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
