"""What neko's own video pipelines cost on the same page: run by ``gst-launch`` on the agent's screen.

Its settings for a picture by software (neko 3, ``server/internal/config``): VP8 with its default rate, and
x264. They end in a sink that drops everything: neither sound nor sending is counted, as ours are.
``bench/rig/neko.Dockerfile`` makes an image that has GStreamer; without it there is nothing to compare with.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.rig.agent import ContainerAgent, docker

IMAGE = "turtus/vb-gstreamer:latest"
KBIT_S = 3072
PROGRAM = "gst-launch-1.0"
_ENCODERS = {
    "VP8": (
        f"vp8enc target-bitrate={KBIT_S * 650} end-usage=cbr cpu-used=4 threads=4 deadline=1 undershoot=95 "
        f"buffer-size={KBIT_S * 4} buffer-initial-size={KBIT_S * 2} buffer-optimal-size={KBIT_S * 3} "
        "keyframe-max-dist=25 min-quantizer=4 max-quantizer=20"
    ),
    "x264": (
        f"video/x-raw,format=NV12 ! x264enc bitrate={KBIT_S} vbv-buf-capacity={KBIT_S} threads=4 "
        "key-int-max=60 tune=zerolatency speed-preset=veryfast byte-stream=true ! "
        "video/x-h264,stream-format=byte-stream,profile=constrained-baseline"
    ),
}
_STOP = f"""
import os, pathlib, signal
for entry in pathlib.Path("/proc").glob("[0-9]*/comm"):
    if entry.read_text().strip() == "{PROGRAM}":
        os.kill(int(entry.parent.name), signal.SIGTERM)
"""
CODECS = tuple(_ENCODERS)
"""The default first."""


def there() -> bool:
    """Whether this machine has the image."""
    return bool(docker("images", "-q", IMAGE))


def pipeline(codec: str, fps: int) -> list[str]:
    """The command line. Pure."""
    source = f"ximagesrc display-name=:99 show-pointer=true use-damage=false ! video/x-raw,framerate={fps}/1"
    return [
        PROGRAM, "-q", *source.split(), "!", "videoconvert", "!", "queue", "!",
        *_ENCODERS[codec].split(), "!", "fakesink", "sync=false",
    ]  # fmt: skip


@contextmanager
def running(agent: ContainerAgent, codec: str, fps: int) -> Iterator[None]:
    """One of its pipelines on the agent's screen for the time of the block; readings call it ``PROGRAM``."""
    docker("exec", "-d", agent.id, *pipeline(codec, fps))
    try:
        yield
    finally:
        docker("exec", agent.id, "python", "-c", _STOP, check=False)
