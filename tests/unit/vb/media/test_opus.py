"""Opus, decoded again by libav."""

import logging
import math
import struct
from array import array
from collections.abc import Callable
from typing import Any

import av
import pytest

from vb.media import opus
from vb.media.opus import BLOCK_BYTES, BLOCK_SAMPLES, OpusBlocks
from vb.media.timing import AUDIO_CLOCK_HZ


def tone(blocks: int, loudness: int = 16000) -> bytes:
    """440 Hz, both channels."""
    samples = [
        round(loudness * math.sin(2 * math.pi * 440 * n / AUDIO_CLOCK_HZ))
        for n in range(blocks * BLOCK_SAMPLES)
    ]
    return b"".join(struct.pack("<hh", sample, sample) for sample in samples)


def loudest(packets: list[bytes]) -> float:
    """Of what they decode to, 0 to 1."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = AUDIO_CLOCK_HZ
    decoder.layout = "stereo"
    peaks: list[float] = []
    for packet in packets:
        for frame in decoder.decode(av.Packet(packet)):
            kind = {"flt": "f", "s16": "h"}[frame.format.name]
            samples = array(kind, bytes(frame.planes[0]))[: 2 * frame.samples]
            peaks.append(max(map(abs, samples)) / (1 if kind == "f" else 32768))
    return max(peaks[10:])


@pytest.mark.parametrize("load", [None, lambda: None], ids=["libopus", "libav"])
def test_a_tone_comes_back_as_loud_as_it_was(load: Callable[[], Any] | None) -> None:
    """By either encoder, one payload for each block, at about the rate that was asked for."""
    blocks = OpusBlocks(load)
    sound = tone(60)
    frames = [
        blocks.encode(sound[number * BLOCK_BYTES : (number + 1) * BLOCK_BYTES], number * BLOCK_SAMPLES)
        for number in range(60)
    ]
    known = [frame for frame in frames if frame is not None]
    assert len(known) >= 59
    assert [frame.timestamp for frame in frames if frame] == [
        number * BLOCK_SAMPLES for number, frame in enumerate(frames) if frame
    ]
    assert all(frame.keyframe and len(frame.payloads) == 1 for frame in known)
    assert 0.4 < loudest([frame.payloads[0] for frame in known]) < 0.6
    assert sum(frame.size_bytes for frame in known) / len(known) < 2 * opus.BITRATE_BPS / 8 * opus.BLOCK_S


def test_libopus_is_there_and_used() -> None:
    """A loader's None would make libav answer in its place, and nobody would see it."""
    assert opus._libopus() is not None, "libopus0 belongs to what the tests need"
    assert isinstance(getattr(OpusBlocks()._encode, "__self__", None), opus._Libopus)


def test_a_broken_block_is_an_error() -> None:
    """Never read beyond its end."""
    with pytest.raises(OSError, match="a block has 1920 bytes, not 3"):
        OpusBlocks().encode(b"abc", 0)


def test_where_libopus_is_missing_libav_does_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says so."""
    monkeypatch.setattr(opus, "LIBRARY", "libopus-that-is-not-there.so")
    opus._libopus.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, "vb.media"):
            frames = [OpusBlocks().encode(bytes(BLOCK_BYTES), 0) for _ in range(2)]
        assert any(frames)
        assert "takes longer" in caplog.text
    finally:
        opus._libopus.cache_clear()
