"""What this process holds at a moment: threads, tasks, sockets, files, memory. Said in the log on SIGUSR1.

To find what is left over after many viewers: ``bench/soak.py`` asks, and so may whoever runs it.
"""

import asyncio
import json
import logging
import os
import signal
import threading
import time
from collections import Counter
from typing import Any

_log = logging.getLogger("vb.census")


def take() -> dict[str, Any]:
    """Threads by name, tasks of the running loop by their coroutine, open sockets and other files.

    ``memory_kb`` is what the process has resident, ``at_s`` monotonic seconds.
    """
    open_ones = _open_files()
    return {
        "at_s": round(time.monotonic(), 3),
        "threads": Counter(thread.name for thread in threading.enumerate()),
        "tasks": Counter(_name(task) for task in asyncio.all_tasks()),
        "sockets": sum(name.startswith("socket:") for name in open_ones),
        "files": sum(not name.startswith("socket:") for name in open_ones),
        "memory_kb": _resident_kb(),
    }


def on_signal() -> None:
    """From now on SIGUSR1 has it said. On the main thread, with a running loop."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _say)


def _say() -> None:
    _log.info("census %s", json.dumps(take()))


def _name(task: "asyncio.Task[Any]") -> str:
    return str(getattr(task.get_coro(), "__qualname__", task.get_name()))


def _open_files() -> list[str]:
    names = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            names.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except FileNotFoundError:  # that of the listing itself
            continue
    return names


def _resident_kb() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
