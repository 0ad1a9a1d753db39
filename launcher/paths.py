"""Where things are. ``TURTUS_STATE_DIR`` moves the state of a second stack out of the way of the first."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The project: where ``turtus``, ``vb/`` and ``.env`` are."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one stack.

    Attributes:
        root: the project.
        state: everything that is made while running (database, Redis' files, logs); never in git.
    """

    root: Path
    state: Path

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def redis(self) -> Path:
        return self.state / "redis"

    @property
    def record(self) -> Path:
        """What runs: written by the supervisor, read by every other verb."""
        return self.state / "run" / "turtus.json"

    @property
    def env_file(self) -> Path:
        return self.root / ".env"

    @property
    def example_env(self) -> Path:
        return self.root / "example.env"

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"

    def make_folders(self) -> None:
        """Make what is missing. Idempotent."""
        for folder in (self.state, self.logs, self.redis, self.record.parent):
            folder.mkdir(parents=True, exist_ok=True)


def layout() -> Layout:
    """The folders of the stack that this command is about."""
    return Layout(ROOT, Path(os.environ.get("TURTUS_STATE_DIR") or ROOT / "var").resolve())
