"""The sound: PulseAudio's monitor through ``parec``, encoded once with Opus, fanned out.

Runs from the first listener to the last, in a thread; starts ``parec`` again when it dies (PulseAudio
was restarted). What comes too late to be heard is left out; after a second of pure silence nothing is sent
until something sounds again.
"""

import asyncio
import contextlib
import fcntl
import logging
import subprocess
import threading
import time
from collections.abc import Mapping
from typing import IO, cast

import av

from vb.media.fanout import Fanout, Subscription
from vb.media.opus import BLOCK_BYTES, BLOCK_S, BLOCK_SAMPLES, CHANNELS, OpusBlocks
from vb.media.timing import AUDIO_CLOCK_HZ, SilenceGate, SoundClock

_SILENT_BLOCK = bytes(BLOCK_BYTES)
FRAGMENT_MS = 10
"""PulseAudio hands sound over in such pieces; half as long, they cost a still page 1 % of a core more."""
SETTLE_S = 0.3
"""At first PulseAudio hands over what it had played ahead, a second and more: that is not sent."""
_PIPE_BYTES = 4096
_RETRY_S = 0.2
_log = logging.getLogger("vb.media")


class Sound:
    """The live sound of one PulseAudio source. Make it on a running event loop.

    ``env`` is the environment that ``parec`` runs in (``PULSE_SERVER``).
    """

    def __init__(self, source: str, env: Mapping[str, str]) -> None:
        self._argv = (
            "parec", f"--device={source}", "--raw", "--format=s16le", f"--rate={AUDIO_CLOCK_HZ}",
            f"--channels={CHANNELS}", f"--latency-msec={FRAGMENT_MS}", "--client-name=turtus",
        )  # fmt: skip
        self._env = dict(env)
        self._loop = asyncio.get_running_loop()
        self._fanout = Fanout(on_first=self._first_came, on_last=self._last_left)
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._origin_s = time.monotonic()
        self._clock = SoundClock()

    def subscribe(self) -> Subscription:
        """A listener's own copy; close it when the listener leaves."""
        return self._fanout.subscribe()

    def close(self) -> None:
        """Stop recording at once."""
        self._last_left()

    def _first_came(self) -> None:
        self._ending = threading.Event()
        threading.Thread(target=self._run, args=(self._ending,), name="sound", daemon=True).start()

    def _last_left(self) -> None:
        self._ending.set()
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()

    def _run(self, ending: threading.Event) -> None:
        while not ending.is_set():
            try:
                with subprocess.Popen(
                    self._argv, env=self._env, stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                ) as process:  # fmt: skip
                    self._process = process
                    try:
                        self._record(cast(IO[bytes], process.stdout), ending)
                    finally:
                        process.terminate()
            except (OSError, av.FFmpegError) as problem:
                _log.warning("the sound cannot be recorded: %s", problem)
            ending.wait(_RETRY_S)

    def _record(self, pipe: IO[bytes], ending: threading.Event) -> None:
        with contextlib.suppress(OSError):  # a short pipe keeps the sound from lagging behind the picture
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        encoder, gate = OpusBlocks(), SilenceGate()
        first_s, began = 0.0, False
        while not ending.is_set():
            block = pipe.read(BLOCK_BYTES)
            if len(block) < BLOCK_BYTES:
                return
            now = time.monotonic()
            if not began:
                first_s = first_s or now
                if now < first_s + SETTLE_S:
                    continue
                self._clock.begin(now - self._origin_s - BLOCK_S)
                began = True
            self._heard(encoder, gate, block, now - self._origin_s)

    def _heard(self, encoder: OpusBlocks, gate: SilenceGate, block: bytes, now: float) -> None:
        position = self._clock.take(now, BLOCK_SAMPLES)
        worth = gate.open(silent=block == _SILENT_BLOCK, duration_s=BLOCK_S)
        if position is None or not worth:
            return
        frame = encoder.encode(block, position)
        if frame is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._fanout.publish, frame)
