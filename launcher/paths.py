"""Where things are. ``TURTUS_STATE_DIR`` moves the state of a second stack out of the way of the first."""

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import DiskFull, LauncherError

ROOT = Path(__file__).resolve().parents[1]
"""The project: where ``turtus``, ``vb/`` and ``.env`` are."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the kernel says of a disk, or a share of it, that takes no more."""
_NEEDED_BYTES = 1024 * 1024
"""A stack that starts writes about as much: a new database, logs, notes."""


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
    def serving(self) -> Path:
        """There once the stack serves: what nobody waits for starts then."""
        return self.state / "run" / "serving"

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
        """Make what is missing. Idempotent.

        Raises:
            LauncherError: that cannot be done there, or nothing can be written there (DiskFull: no more).
        """
        try:
            for folder in (self.state, self.logs, self.redis, self.record.parent):
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder) as file:
                    file.write(bytes(_NEEDED_BYTES))
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull(str(self.state)) from error
            raise _unusable(str(self.state), error) from error


def layout() -> Layout:
    """The folders of the stack that this command is about.

    Raises:
        LauncherError: ``TURTUS_STATE_DIR`` names no folder, and nothing that could become one.
    """
    named = os.environ.get("TURTUS_STATE_DIR") or str(ROOT / "var")
    try:
        state = Path(named).resolve()
        if state.exists() and not state.is_dir():
            raise NotADirectoryError
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # a loop of links is a RuntimeError, a NUL a ValueError
        raise _unusable(named, error) from error
    return Layout(ROOT, state)


def _unusable(state: str, error: Exception) -> LauncherError:
    match error:
        case FileExistsError() | NotADirectoryError():
            why = "a file is in its way"
        case OSError(strerror=str(words)):
            why = words[:1].lower() + words[1:]
        case _:
            why = "that is no path"
    return LauncherError(
        f"The folder for what is made while running cannot be {state!r}: {why}.",
        "set TURTUS_STATE_DIR to a folder that this user can make and write to, or leave it out",
    )
