"""``demo``: the main job without a person. Two viewers, one browser, a picture and a sound that are saved."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher import apt, record, stack
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout
from launcher.viewer import measure
from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person
from launcher.viewer.room import RoomPage

FIRST_FRAME_WAIT_S = 45.0
SETTLE_S = 1.5
"""Time for the stream to find its pace before it is measured."""
BLANK_COLOURS = 4
"""A picture of so few colours shows nothing."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What ``stats.json`` holds. Seconds count from the press on Start, unless named otherwise.

    Attributes:
        states: when the browser entered each state.
        first_frame_s: until the first decoded frame.
        guest_first_frame_s: from the second person's opening of the room to their first frame.
        fps: frames decoded per second.
        kbit_s: picture and sound.
        audio_rms: share of full scale.
    """

    url: str
    seconds: float
    states: dict[str, float]
    first_frame_s: float
    guest_first_frame_s: float
    width: int
    height: int
    fps: float
    kbit_s: float
    frames: int
    codec: str
    audio_codec: str
    audio_rms: float
    colours: int

    def lacking(self) -> list[str]:
        """What did not arrive; empty if all did."""
        checks = {
            "no frame was decoded": self.frames > 0 and self.fps > 0,
            "the picture is blank": self.colours > BLANK_COLOURS,
            "no sound was heard": self.audio_rms > measure.SILENCE_RMS,
        }
        return [name for name, good in checks.items() if not good]


def run(
    console: Console, layout: Layout, *, url: str, seconds: float, out: Path, base_url: str | None
) -> None:
    """Do it, save ``frame.png``, ``audio.wav`` and ``stats.json`` in ``out``, clean up.

    Args:
        console: tells how it goes.
        layout: whose stack is used, or started for the time of the demo.
        url: what the browser opens.
        seconds: how long it is watched.
        out: folder for the files; made if missing.
        base_url: a stack that runs elsewhere, instead.

    Raises:
        LauncherError: something failed, or frames or sound did not arrive.
    """
    apt.install(apt.VIEWER, console, layout.logs / "apt.log")
    out.mkdir(parents=True, exist_ok=True)
    with serving(console, layout, base_url) as address:
        stats = _watch(console, address, url, seconds, out)
    (out / "stats.json").write_text(json.dumps(asdict(stats), indent=2) + "\n")
    _show(console, stats, out)
    if lacking := stats.lacking():
        raise LauncherError(f"The demo did not do its job: {', '.join(lacking)}.", "./turtus doctor")


@contextmanager
def serving(console: Console, layout: Layout, base_url: str | None = None) -> Iterator[str]:
    """The address of a stack that serves; one that was started for this is stopped again."""
    current = record.running(layout.record)
    running = base_url or (current and current.url)
    if running:
        yield running.rstrip("/")
        return
    layout.make_folders()
    stack.up(console, layout, detach=True, port=None, plain_http=False, verbose=False)
    try:
        started = record.running(layout.record)
        if started is None:
            raise LauncherError("Turtus ended by itself.", f"look into {layout.logs}")
        yield started.url
    finally:
        stack.down(console, layout)


def _watch(console: Console, address: str, url: str, seconds: float, out: Path) -> Stats:
    with ExitStack() as cleanup:
        browser = cleanup.enter_context(chromium())
        with console.step("registering two people"):
            host, guest = (_person(cleanup, Person(browser, address, name)) for name in ("host", "guest"))
        with console.step("making a room"):
            room_url = host.create_room("Demo")
            room = host.enter(room_url)
        cleanup.callback(_end_room, console, room)
        with console.step("starting the browser") as step:
            room.start_browser(url)
            step.detail("waiting for the first picture")
            room.wait_first_frame(FIRST_FRAME_WAIT_S)
        with console.step("a second person joins"):
            second = guest.enter(room_url)
            second.wait_first_frame(FIRST_FRAME_WAIT_S)
        with console.step(f"watching and listening for {seconds:.0f} s"):
            return _measure(room, second, url, seconds, out)


def _person(cleanup: ExitStack, person: Person) -> Person:
    cleanup.callback(person.close)
    person.register()
    cleanup.callback(person.delete_account)
    return person


def _end_room(console: Console, room: RoomPage) -> None:
    with console.step("stopping the browser"):
        room.stop_browser()


def _measure(room: RoomPage, second: RoomPage, url: str, seconds: float, out: Path) -> Stats:
    room.choose_best()
    room.wait(SETTLE_S)
    before = room.counters()
    sound = room.sound(seconds)
    after = room.counters()
    picture = room.picture()
    (out / "frame.png").write_bytes(picture.png)
    (out / "audio.wav").write_bytes(measure.wav(sound))
    steps = room.steps()
    return Stats(
        url=url,
        seconds=seconds,
        states={state: round((at - steps[0][1]) / 1000, 3) for state, at in steps},
        first_frame_s=round(room.click_to_frame_s(), 3),
        guest_first_frame_s=round((second.event_ms("first-frame") or 0.0) / 1000, 3),
        width=after.width,
        height=after.height,
        fps=round(measure.rate_fps(before, after), 2),
        kbit_s=round(measure.kbit_per_s(before, after), 1),
        frames=after.frames,
        codec=after.video_codec or "none",
        audio_codec=after.audio_codec or "none",
        audio_rms=round(measure.rms(sound), 4),
        colours=picture.colours,
    )


def _show(console: Console, stats: Stats, out: Path) -> None:
    path = " · ".join(f"{state.lower()} {at:.2f} s" for state, at in stats.states.items())
    console.say("")
    console.say(f"States   {path}")
    console.say(
        f"Picture  {stats.width}x{stats.height} {stats.codec}, {stats.fps:.1f} fps, first frame "
        f"{stats.first_frame_s:.2f} s after Start, {stats.guest_first_frame_s:.2f} s after joining"
    )
    console.say(f"Sound    {stats.audio_codec}, RMS {stats.audio_rms:.3f}; {stats.kbit_s:.0f} kbit/s in all")
    console.say(f"Files    {out / 'frame.png'}, audio.wav, stats.json")
