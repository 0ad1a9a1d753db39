"""The sound path with a pretended ``parec`` that plays what the test wrote."""

import asyncio
import itertools
import math
import os
import stat
import struct
import time
from pathlib import Path

import av
from av.audio.frame import AudioFrame

from tests.support.aio import on_loop, until
from vb.media.fanout import Subscription
from vb.media.frames import EncodedFrame
from vb.media.opus import BLOCK_BYTES, BLOCK_S, BLOCK_SAMPLES, OpusBlocks
from vb.media.sound import Sound
from vb.media.timing import AUDIO_CLOCK_HZ


def tone(blocks: int) -> bytes:
    """440 Hz at half the loudness, both channels."""
    samples = [
        round(16000 * math.sin(2 * math.pi * 440 * n / AUDIO_CLOCK_HZ)) for n in range(blocks * BLOCK_SAMPLES)
    ]
    return b"".join(struct.pack("<hh", sample, sample) for sample in samples)


def fake_parec(folder: Path, script: str) -> dict[str, str]:
    """An environment in which ``parec`` is this shell script."""
    program = folder / "parec"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_opus_comes_back_as_it_was() -> None:
    """Blocks of 10 ms at 48 kHz, one payload each, time counted in samples; the tone is there when decoded."""
    encoder, sound = OpusBlocks(), tone(50)
    frames = []
    for number in range(50):
        frame = encoder.encode(
            sound[number * BLOCK_BYTES : (number + 1) * BLOCK_BYTES], number * BLOCK_SAMPLES
        )
        assert frame is not None
        frames.append(frame)
    assert [frame.timestamp for frame in frames] == [n * BLOCK_SAMPLES for n in range(50)]
    assert all(frame.keyframe and len(frame.payloads) == 1 for frame in frames)
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = AUDIO_CLOCK_HZ
    decoder.layout = "stereo"
    decoded: list[AudioFrame] = []
    for frame in frames:
        decoded += decoder.decode(av.Packet(frame.payloads[0]))
    assert {frame.samples for frame in decoded} == {BLOCK_SAMPLES}
    last = decoded[-1]
    values = struct.unpack(f"<{BLOCK_SAMPLES * 2}h", bytes(last.planes[0])[:BLOCK_BYTES])
    assert math.sqrt(sum(value * value for value in values) / len(values)) > 5000


class Player:
    """What ``parec`` is pretended to record: whole blocks, at the pace of time or at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sound"
        if not self.path.exists():
            os.mkfifo(self.path)
        self._fifo = os.open(self.path, os.O_RDWR)
        self.env = fake_parec(folder, f'echo "$@" >> {folder}/calls; exec cat {self.path}')

    async def play(self, sound: bytes, *, at_once: bool = False) -> None:
        """All of it."""
        began = time.monotonic()
        for number, at in enumerate(range(0, len(sound), BLOCK_BYTES)):
            os.write(self._fifo, sound[at : at + BLOCK_BYTES])
            await asyncio.sleep(0 if at_once else max(0.0, began + number * BLOCK_S - time.monotonic()))

    async def until_heard(self, listener: Subscription) -> EncodedFrame:
        """Play on until something is heard; gives the newest."""
        while not listener.ready:
            await self.play(tone(1))
            await asyncio.sleep(BLOCK_S)
        return (await drained(listener))[-1]

    def close(self) -> None:
        os.close(self._fifo)


async def drained(listener: Subscription) -> list[EncodedFrame]:
    """What has come so far."""
    return [await listener.get() for _ in range(len(listener._queue))]


@on_loop
async def test_sound_flows_from_the_first_listener_to_the_last(tmp_path: Path) -> None:
    """``parec`` runs only in between, on the monitor that was named."""
    player = Player(tmp_path)
    sound = Sound("turtus.monitor", player.env)
    assert not (tmp_path / "calls").exists()
    sound._clock.late_s = 5.0  # this machine may stop for a moment
    listener = sound.subscribe()
    await player.until_heard(listener)
    await asyncio.sleep(0.1)
    await drained(listener)
    await player.play(tone(20))
    await until(lambda: len(listener._queue) == 20)
    steps = {b.timestamp - a.timestamp for a, b in itertools.pairwise(await drained(listener))}
    assert steps == {BLOCK_SAMPLES}
    assert "--device=turtus.monitor" in (tmp_path / "calls").read_text()
    listener.close()
    await asyncio.sleep(0.7)
    assert (tmp_path / "calls").read_text().count("--raw") == 1
    player.close()


@on_loop
async def test_recording_resumes_when_parec_dies(tmp_path: Path) -> None:
    """PulseAudio was restarted: the time goes on, nobody has to join again."""
    player = Player(tmp_path)
    listener = Sound("turtus.monitor", player.env).subscribe()
    before = await player.until_heard(listener)
    player.close()
    await asyncio.sleep(0.3)
    await drained(listener)
    player = Player(tmp_path)
    after = await player.until_heard(listener)
    assert (tmp_path / "calls").read_text().count("--raw") == 2
    assert after.timestamp - before.timestamp > 0.3 * AUDIO_CLOCK_HZ
    listener.close()
    player.close()


@on_loop
async def test_what_was_played_ahead_is_not_sent(tmp_path: Path) -> None:
    """At first more comes than time has passed: who heard it would hear all that follows late."""
    player = Player(tmp_path)
    listener = Sound("turtus.monitor", player.env).subscribe()
    await player.play(tone(100), at_once=True)
    await asyncio.sleep(0.1)
    assert not listener.ready
    listener.close()
    player.close()


@on_loop
async def test_what_comes_too_late_is_left_out(tmp_path: Path) -> None:
    """A source that stood still and then hands everything over is heard from now on, in its place."""
    player = Player(tmp_path)
    sound = Sound("turtus.monitor", player.env)
    listener = sound.subscribe()
    await player.until_heard(listener)
    await asyncio.sleep(0.25)
    await drained(listener)
    first = sound._clock.position
    await player.play(tone(29), at_once=True)
    await until(lambda: sound._clock.position == first + 29 * BLOCK_SAMPLES)
    await asyncio.sleep(0.05)
    frames = await drained(listener)
    assert frames[-1].timestamp == first + 28 * BLOCK_SAMPLES
    assert 0 < len(frames) < 20
    listener.close()
    player.close()


@on_loop
async def test_lasting_silence_is_not_sent(tmp_path: Path) -> None:
    """After a second of nothing no packets go out."""
    player = Player(tmp_path)
    sound = Sound("turtus.monitor", player.env)
    listener = sound.subscribe()
    await player.until_heard(listener)
    began = sound._clock.position
    await player.play(bytes(BLOCK_BYTES * 300), at_once=True)
    await until(lambda: sound._clock.position >= began + 300 * BLOCK_SAMPLES)
    await asyncio.sleep(0.05)
    frames = await drained(listener)
    assert frames[-1].timestamp - began < 1.04 * AUDIO_CLOCK_HZ
    sound.close()
    player.close()


@on_loop
async def test_a_missing_parec_is_no_catastrophe(tmp_path: Path) -> None:
    """It is tried again, quietly."""
    sound = Sound("turtus.monitor", {"PATH": str(tmp_path)})
    listener = sound.subscribe()
    await asyncio.sleep(0.3)
    listener.close()
