"""The sound path with a pretended ``parec`` that plays what the test wrote."""

import asyncio
import itertools
import math
import stat
import struct
from pathlib import Path

import av
from av.audio.frame import AudioFrame

from tests.support.aio import on_loop, until
from vb.media.opus import BLOCK_BYTES, BLOCK_SAMPLES, OpusBlocks
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


@on_loop
async def test_sound_flows_from_the_first_listener_to_the_last(tmp_path: Path) -> None:
    """``parec`` runs only in between, on the monitor that was named."""
    (tmp_path / "tone").write_bytes(tone(20))
    env = fake_parec(tmp_path, f'echo "$@" >> {tmp_path}/calls; while :; do cat {tmp_path}/tone; done')
    sound = Sound("turtus.monitor", env)
    assert not (tmp_path / "calls").exists()
    listener = sound.subscribe()
    frames = [await listener.get() for _ in range(30)]
    steps = {b.timestamp - a.timestamp for a, b in itertools.pairwise(frames)}
    assert steps == {BLOCK_SAMPLES}
    assert "--device=turtus.monitor" in (tmp_path / "calls").read_text()
    listener.close()
    await asyncio.sleep(0.3)
    calls = (tmp_path / "calls").read_text().count("--raw")
    await asyncio.sleep(0.4)
    assert (tmp_path / "calls").read_text().count("--raw") == calls


@on_loop
async def test_recording_resumes_when_parec_dies(tmp_path: Path) -> None:
    """PulseAudio was restarted: the time goes on, nobody has to join again."""
    (tmp_path / "tone").write_bytes(tone(10))
    env = fake_parec(tmp_path, f"echo x >> {tmp_path}/calls; cat {tmp_path}/tone")
    sound = Sound("turtus.monitor", env)
    listener = sound.subscribe()
    frames = [await listener.get() for _ in range(25)]
    assert (tmp_path / "calls").read_text().count("x") >= 3
    assert frames[-1].timestamp >= 24 * BLOCK_SAMPLES
    listener.close()


@on_loop
async def test_lasting_silence_is_not_sent(tmp_path: Path) -> None:
    """After a second of nothing no packets go out."""
    (tmp_path / "nothing").write_bytes(bytes(BLOCK_BYTES * 300))
    env = fake_parec(tmp_path, f"cat {tmp_path}/nothing; exec sleep 9")
    sound = Sound("turtus.monitor", env)
    listener = sound.subscribe()
    first = await listener.get()
    await until(lambda: sound._position >= first.timestamp + 300 * BLOCK_SAMPLES)
    await asyncio.sleep(0.05)
    sound.close()
    count = 0
    while listener._queue:
        last = await listener.get()
        count += 1
    assert last.timestamp - first.timestamp < 1.04 * AUDIO_CLOCK_HZ
    assert count <= 51


@on_loop
async def test_a_missing_parec_is_no_catastrophe(tmp_path: Path) -> None:
    """It is tried again, quietly."""
    sound = Sound("turtus.monitor", {"PATH": str(tmp_path)})
    listener = sound.subscribe()
    await asyncio.sleep(0.3)
    listener.close()
