"""launcher.viewer.measure: from what arrived to figures."""

import array
import io
import math
import wave

from launcher.viewer import measure
from launcher.viewer.room import Counters, Sound


def _counters(at_ms: float, frames: int, received: int) -> Counters:
    return Counters(at_ms, 1280, 720, frames, 0, 0, received, "video/H264", "audio/opus")


def _tone(amplitude: int) -> Sound:
    samples = [int(amplitude * math.sin(at / 10)) for at in range(48000)]
    return Sound(48000, array.array("h", samples).tobytes())


def test_rates_between_two_looks() -> None:
    """Frames and bits per second of the page's own clock."""
    before, after = _counters(1000, 10, 1000), _counters(3000, 70, 251_000)
    assert measure.rate_fps(before, after) == 30
    assert measure.kbit_per_s(before, after) == 1000


def test_rms_of_a_tone_and_of_silence() -> None:
    """A full sine is 0.707 of full scale; silence is none; nothing is none, either."""
    assert abs(measure.rms(_tone(32767)) - 0.7071) < 0.001
    assert measure.rms(_tone(0)) == 0
    assert measure.rms(Sound(48000, b"")) == 0


def test_wav_holds_the_samples() -> None:
    """Two channels of 16 bits."""
    sound = _tone(1000)
    with wave.open(io.BytesIO(measure.wav(sound))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 48000)
        assert file.readframes(file.getnframes()) == sound.pcm
