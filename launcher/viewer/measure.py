"""From what a viewer received to figures. Pure."""

import array
import io
import math
import sys
import wave

from launcher.viewer.room import Counters, Sound

FULL_SCALE = 32768
SILENCE_RMS = 0.001
"""Below this share of full scale (-60 dB) nothing is heard."""


def rate_fps(before: Counters, after: Counters) -> float:
    """Frames decoded per second between two looks."""
    return (after.frames - before.frames) / _seconds(before, after)


def kbit_per_s(before: Counters, after: Counters) -> float:
    """Kilobits received per second, picture and sound together."""
    return (after.bytes - before.bytes) * 8 / 1000 / _seconds(before, after)


def rms(sound: Sound) -> float:
    """Root mean square of all samples as a share of full scale, 0 to 1; 0 for no samples."""
    samples = array.array("h")
    samples.frombytes(sound.pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    if not samples:
        return 0.0
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / FULL_SCALE


def wav(sound: Sound) -> bytes:
    """The same as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(sound.rate_hz)
        file.writeframes(sound.pcm)
    return buffer.getvalue()


def _seconds(before: Counters, after: Counters) -> float:
    return max((after.at_ms - before.at_ms) / 1000, 1e-3)
