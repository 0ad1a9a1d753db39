"""What a person is told when something does not work: a sentence, and how to mend it. Imports nothing.

Error tree::

    LauncherError            sentence, mend: what to do (None: nothing to suggest)
    ├── CommandFailed        argv, status, output: a program that was run ended with an error
    ├── DiskFull             folder: nothing more can be written there
    └── StackFailed          the service started and did not become healthy
"""

import shlex
from collections.abc import Sequence


class LauncherError(Exception):
    """Something the person at the terminal can act on. Shown without a stack trace; exit status 1."""

    def __init__(self, sentence: str, mend: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.sentence}\n  To mend it: {self.mend}" if self.mend else self.sentence


class CommandFailed(LauncherError):
    """A program ended with a status other than 0; ``output`` is the tail of what it said."""

    def __init__(self, argv: Sequence[str], status: int, output: str, mend: str | None = None) -> None:
        self.argv = tuple(argv)
        self.status = status
        self.output = output.strip()
        super().__init__(f"`{shlex.join(argv)}` ended with status {status}.", mend)

    def __str__(self) -> str:
        tail = "\n".join(f"  | {line}" for line in self.output.splitlines()[-12:])
        return f"{self.sentence}\n{tail}" + (f"\n  To mend it: {self.mend}" if self.mend else "")


class DiskFull(LauncherError):
    """Nothing more can be written below ``folder``."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The disk is full: nothing more can be written in {folder}.",
            f"free space on its disk (`df -h {shlex.quote(folder)}` shows it), then try again",
        )
        self.folder = folder


class StackFailed(LauncherError):
    """The processes were started and the service did not come to answer."""
