"""``text``: how legible text is: the viewer's picture of a still text page against the real screen.

SSIM of the brightness and PSNR of all planes (libavfilter's ``ssim`` and ``psnr``) between a grab of the X
screen and what the viewer's video element shows, 1 s and 3 s after the page's text was drawn anew.
"""

import os
import re
from fractions import Fraction

import av
from av.video.frame import VideoFrame

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options, stage
from bench.rig.viewer import Viewer
from launcher.console import Console
from launcher.paths import Layout

GOALS = {1.0: Goal(0.98, Better.HIGHER), 3.0: Goal(0.995, Better.HIGHER)}
BLANK = (640, 90)
"""A press there (a point at the page's upper edge) has the page draw other words."""
SETTLE_S = 4.0
_GRAB = """
import sys, av
options = {"video_size": "1280x720", "draw_mouse": "0", "framerate": "30"}
screen = next(av.open(":99", format="x11grab", options=options).decode(video=0))
sys.stdout.buffer.write(bytes(screen.planes[0]))
"""


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure."""
    given = options.read(os.environ)
    found: dict[float, list[tuple[float, float]]] = {age: [] for age in GOALS}
    with stage.standing(given, "text.html", 30) as scene:
        viewer = scene.viewer()
        scene.wait_shown()
        scene.drives(viewer)
        for _ in range(int(given.pick(5, 2))):
            for age in GOALS:
                viewer.wait(SETTLE_S)
                found[age].append(_likeness(scene, viewer, age))
    results = []
    for age, goal in GOALS.items():
        ssim, psnr = ([pair[index] for pair in found[age]] for index in (0, 1))
        console.say(f"  after {age:g} s: SSIM {min(ssim):.4f} to {max(ssim):.4f}, PSNR {min(psnr):.1f} dB")
        results += [
            figure("text", f"SSIM after {age:g} s", ssim, 0.5, "", goal),
            figure("text", f"PSNR after {age:g} s", psnr, 0.5, "dB"),
        ]
    return results


def _likeness(scene: stage.Stage, viewer: Viewer, age_s: float) -> tuple[float, float]:
    """SSIM and PSNR of the viewer's picture ``age_s`` seconds after a press had the page draw other words."""
    viewer.page.mouse.click(*BLANK)
    viewer.wait(age_s)
    width, height, rgba = viewer.picture()
    return compare(
        picture(rgba, width, height, "rgba"), picture(scene.agent.python(_GRAB), width, height, "bgr0")
    )


def picture(pixels: bytes, width: int, height: int, pixel_format: str) -> VideoFrame:
    """A picture of four bytes a pixel, line after line without gaps, as I420 (BT.601, limited range)."""
    frame = VideoFrame(width, height, pixel_format)
    frame.planes[0].update(pixels)
    return frame.reformat(format="yuv420p", dst_colorspace="ITU601")


def compare(one: VideoFrame, other: VideoFrame) -> tuple[float, float]:
    """SSIM of the brightness (1 is equal) and mean PSNR in dB (100 is equal) of two I420 pictures."""
    ssim = _measure("ssim", one, other)["lavfi.ssim.Y"]
    psnr = _measure("psnr", one, other)["lavfi.psnr.psnr_avg"]
    return float(ssim), 100.0 if re.match("inf", psnr) else float(psnr)


def _measure(name: str, one: VideoFrame, other: VideoFrame) -> dict[str, str]:
    graph = av.filter.Graph()
    base = Fraction(1, 30)
    inputs = []
    for frame in (one, other):
        frame.pts, frame.time_base = 0, base
        inputs.append(
            graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)
        )
    meter, end = graph.add(name), graph.add("buffersink")
    for index, source in enumerate(inputs):
        source.link_to(meter, 0, index)
    meter.link_to(end)
    graph.configure()
    for source, frame in zip(inputs, (one, other), strict=True):
        source.push(frame)
        source.push(None)
    measured: dict[str, str] = dict(graph.pull().metadata)
    return measured


BENCH = Bench("text", "legibility of a still text page after 1 s and 3 s", run)
