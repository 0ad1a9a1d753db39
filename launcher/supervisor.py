"""Runs the processes on honcho: starts them, keeps their logs, starts one that died again, stops them all.

Honcho ends everything when one process ends. A stack that people sit in must not: a process that ends by
itself is started again, later each time it fails quickly.
"""

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping
from logging import Formatter, LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from multiprocessing.synchronize import Event
from pathlib import Path

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from launcher import record
from launcher.plan import Program

LOG_BYTES = 5 * 1024 * 1024
"""Size at which a log is set aside as ``<name>.log.1``."""
RESTART_MIN_S = 0.5
RESTART_MAX_S = 30.0
STEADY_S = 20.0
"""A process that ran this long starts with the shortest wait again."""


def restart_wait_s(waited_s: float, ran_s: float) -> float:
    """How long to wait before the next start, after the last wait and run. Pure."""
    if ran_s >= STEADY_S or waited_s == 0.0:
        return RESTART_MIN_S
    return min(waited_s * 2, RESTART_MAX_S)


class KeptProcess(Process):  # type: ignore[misc]  # honcho has no types
    """A honcho process that is started again until ``stopping`` is set. Runs in a process of its own.

    It notes its process id in ``<run>/<name>.json`` at every start, and goes on where that cannot be written.
    """

    def __init__(self, *arguments: object, stopping: Event, run: Path, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._stopping = stopping
        self._run_folder = run
        self._starts = 0
        self._status = 0
        self._unnoted = False

    def run(self, events: object = None, ignore_signals: bool = False) -> None:
        """Run, at least once and until asked to stop. The manager hears of every start and of one end."""
        try:
            self._keep(events, ignore_signals)
        finally:
            super()._send_message({"returncode": self._status}, type="stop")

    def _keep(self, events: object, ignore_signals: bool) -> None:
        waited_s = 0.0
        supervisor = os.getppid()
        while True:
            began = time.monotonic()
            try:
                super().run(events, ignore_signals)
                how = f"ended with status {self._status}; starting it again"
            except OSError as error:  # no room for another process, most likely: it passes
                how = f"cannot be started ({error.strerror}); trying again"
                self._unstarted()
            if os.getppid() != supervisor:
                os._exit(1)  # it crashed: nobody is left to hear of it, or to stop what we would start
            if self._stopping.is_set():
                break
            waited_s = restart_wait_s(waited_s, time.monotonic() - began)
            super()._send_message(f"{self.name} {how} in {waited_s:.1f} s\n")
            if self._stopping.wait(waited_s):
                break

    def _send_message(self, data: object, type: str = "line") -> None:
        if type == "stop" and isinstance(data, dict):
            self._status = int(data["returncode"])  # one run is over; `run` tells when it was the last
            return
        if type == "start" and isinstance(data, dict):
            self._note(data["pid"])
            self._starts += 1
        super()._send_message(data, type=type)

    def _unstarted(self) -> None:
        """It failed at once. The manager hears of a start all the same: until then it could end nothing."""
        self._status = 1
        if self._starts == 0:
            super()._send_message({"pid": os.getpid()}, type="start")  # leads no group: no signal reaches it

    def _note(self, pid: int) -> None:
        file = self._run_folder / f"{self.name}.json"
        try:
            record.write(file, record.process(pid, restarts=self._starts))
        except OSError as error:  # a full disk must not end what serves; `down` finds it by its mark
            if not self._unnoted:
                self._unnoted = True
                super()._send_message(
                    f"{file} cannot be written ({error.strerror}); status will not know it\n"
                )


class _LogFile(RotatingFileHandler):
    """Loses what a full disk does not take, without a word: each would be a stack trace."""

    def handleError(self, record: LogRecord) -> None:
        """Nothing."""


class Logs(Printer):  # type: ignore[misc]
    """Writes what the processes say to ``<folder>/<name>.log``; to the terminal only what we say of them.

    What cannot be written is lost: nothing stops because of its log.

    Args:
        folder: for the files.
        echo: everything goes to the terminal, too.
    """

    def __init__(self, folder: Path, *, echo: bool) -> None:
        super().__init__()
        self._folder = folder
        self._echo = echo
        self._files: dict[str, _LogFile] = {}

    def write(self, message: object) -> None:
        """Take one honcho message: bytes are a program's words, text is ours."""
        name = str(getattr(message, "name", "system"))
        data = getattr(message, "data", "")
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
        with contextlib.suppress(OSError):
            self._file(name).emit(makeLogRecord({"msg": text.rstrip("\n")}))
        if self._echo or (isinstance(data, str) and name != "system"):
            with contextlib.suppress(OSError):  # the terminal of a stack in the background is a file
                super().write(message)

    def close(self) -> None:
        """Close the files. Idempotent."""
        for handler in self._files.values():
            with contextlib.suppress(OSError):
                handler.close()
        self._files.clear()

    def _file(self, name: str) -> _LogFile:
        if name not in self._files:
            file = self._folder / f"{name}.log"
            handler = _LogFile(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
            handler.setFormatter(Formatter("%(message)s"))
            self._files[name] = handler
        return self._files[name]


class Supervisor(Manager):  # type: ignore[misc]
    """Honcho's manager over kept processes.

    Args:
        programs: what to run.
        environment: the common environment of all of them.
        folder: where they run.
        logs: where their output goes.
        run: folder for the notes of what runs.
        on_started: called in a thread of its own once all were started.
    """

    def __init__(
        self,
        programs: list[Program],
        *,
        environment: Mapping[str, str],
        folder: Path,
        logs: Logs,
        run: Path,
        on_started: Callable[[], None],
    ) -> None:
        super().__init__(printer=logs)
        self._asked = False
        self._stopping = multiprocessing.Event()
        self._run_folder = run
        self._on_started = on_started
        self._process_ctor = self._kept
        for program in programs:
            environs = {**environment, **program.environment}
            self.add_process(program.name, program.command, env=environs, cwd=str(folder))

    @property
    def stopping(self) -> bool:
        """Whether the end has begun."""
        return self._asked

    def terminate(self) -> None:
        """Have the loop ask all processes to stop; honcho kills those that do not. Idempotent.

        Signals call this in the middle of whatever the main thread does, which may hold any lock: nothing
        here may wait for one.
        """
        self._asked = True

    def _kept(self, *arguments: object, **options: object) -> KeptProcess:
        return KeptProcess(*arguments, stopping=self._stopping, run=self._run_folder, **options)

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._on_started, name="readiness", daemon=True).start()

    def _any_stopped(self) -> bool:
        """The loop asks this when all were started, until it is to end them: honcho's moment to do so."""
        if not self.stopping and not super()._any_stopped():
            return False
        self._stopping.set()
        super().terminate()
        return True
