"""What the person at the terminal reads: which step is under way, how far it is, how long it takes.

On a terminal a step is one line that moves; anywhere else (a log, CI) it is plain lines, the running
step repeated at most every ``PLAIN_EVERY_S`` seconds.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console as RichConsole
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from launcher.paths import FULL

PLAIN_EVERY_S = 5.0
QUIET_STEP_S = 0.3
"""A step that took less than this is not worth a line when nothing had to be done."""
_DETAIL_CHARS = 70


class Step:
    """One step under way; ``detail`` says what exactly is being done now."""

    def __init__(self, title: str, *, stream: TextIO, progress: Progress | None) -> None:
        self.title = title
        self._stream = stream
        self._began = time.monotonic()
        self._told = self._began
        self._progress = progress
        self._task = progress.add_task(title, detail="") if progress else None

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return time.monotonic() - self._began

    def detail(self, text: str) -> None:
        """Show what is being done now and how far, as ``step 3 of 12``; without text the last one stays."""
        text = " ".join(text.split())[:_DETAIL_CHARS]
        if not text:
            return
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, detail=text)
        elif time.monotonic() - self._told >= PLAIN_EVERY_S:
            self._told = time.monotonic()
            print(f"  {self.title}: {text} ({self.seconds:.0f} s)", file=self._stream, flush=True)


class Console:
    """Writes to ``stream`` (standard output if None). Of its methods only ``say`` is for several threads."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._rich = RichConsole(file=self._stream) if self._stream.isatty() else None

    def say(self, text: str = "") -> None:
        """One line, as it is. A log on a full disk takes none, which must keep nobody from stopping."""
        try:
            self._stream.write(f"{text}\n")  # in one piece: two threads may speak
            self._stream.flush()
        except OSError as error:
            if error.errno not in FULL:
                raise

    def warn(self, text: str) -> None:
        """Something that does not stop us."""
        self.say(f"! {text}")

    @contextmanager
    def step(self, title: str, *, quiet: bool = False) -> Iterator[Step]:
        """Run a step; ends with a line that says how long it took, or ``✗`` if it raised.

        Args:
            title: what is done, as in ``building the browser image``.
            quiet: no closing line when it was over at once.
        """
        progress = self._progress()
        if progress is None and not quiet:
            self.say(f"· {title} …")
        step = Step(title, stream=self._stream, progress=progress)
        done = False
        try:
            if progress:
                progress.start()
            yield step
            done = True
        finally:
            if progress:
                progress.stop()
            if not done:
                self.say(f"✗ {title} ({step.seconds:.1f} s)")
            elif not quiet or step.seconds > QUIET_STEP_S:
                self.say(f"✓ {title} ({step.seconds:.1f} s)")

    def _progress(self) -> Progress | None:
        if self._rich is None:
            return None
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("[dim]{task.fields[detail]}", markup=True),
            TimeElapsedColumn(),
            console=self._rich,
            transient=True,
        )
