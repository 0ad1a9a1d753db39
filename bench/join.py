"""``join``: a second viewer enters a running room; and what picture viewers get, over 30 s of motion.

Where the time goes (p50 of 12, in ms since the page was asked for, on two cores that render, encode and
decode a moving page meanwhile): the page has come 26, its first script runs 275, its WebSocket is open 359,
the agent's offer is there 386, answered 435, ICE has a way 446, DTLS is done 501, the picture is shown 537.
Half of it is before the first script: all its files come from Chromium's own store, and wait for a process
that starts while both cores are busy. What would bring it nearer to its goal: the script and its WebSocket
without a process of their own, which is a page that stays while rooms change; and a WebSocket over the
connection that brought the page (RFC 8441), which spares a TLS handshake of the 84 ms and which gunicorn
does not have.
"""

from bench.model import Bench, Better, Goal, Result, figure
from bench.rig import options
from launcher import demo
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import Layout
from launcher.viewer import measure
from launcher.viewer.chromium import chromium
from launcher.viewer.person import Person
from launcher.viewer.room import RoomPage

RUNS = 10
QUICK_RUNS = 4
WATCH_S = 30.0
QUICK_WATCH_S = 5.0
WAIT_S = 45.0
SIZE = (1280, 720)


def run(console: Console, layout: Layout) -> list[Result]:
    """Measure both in one room, in which the first viewer stays."""
    with demo.serving(console, layout) as address, chromium() as browser:
        host, guest = Person(browser, address, "bench-host"), Person(browser, address, "bench-guest")
        host.register()
        guest.register()
        try:
            room_url = host.create_room("Bench join")
            room = host.enter(room_url)
            room.start_browser("turtus:motion")
            room.wait_first_frame(WAIT_S)
            room.wait(2)
            quick = options.read()
            fps = _watch(console, room, quick.pick(WATCH_S, QUICK_WATCH_S))
            runs = int(quick.pick(RUNS, QUICK_RUNS))
            joins = [_join(console, guest, room_url, f"{number + 1} of {runs}") for number in range(runs)]
            room.stop_browser()
        finally:
            for person in (guest, host):
                person.delete_account()
                person.close()
    return [
        figure("join", "opening the room to first frame, p50", joins, 0.50, "s", Goal(0.4, Better.LOWER)),
        figure("join", "frames decoded over 30 s", [fps], 0.50, "fps", Goal(28.0, Better.HIGHER)),
    ]


def _watch(console: Console, room: RoomPage, seconds: float) -> float:
    before = room.counters()
    room.wait(seconds)
    after = room.counters()
    fps = measure.rate_fps(before, after)
    console.say(f"  watched: {after.width}x{after.height}, {fps:.2f} fps")
    if (after.width, after.height) != SIZE:
        raise LauncherError(f"The picture is {after.width}x{after.height}, not 1280x720.")
    return fps


def _join(console: Console, guest: Person, room_url: str, which: str) -> float:
    """Seconds from the start of loading the room's page to the first decoded frame."""
    room = guest.enter(room_url)
    room.wait_first_frame(WAIT_S)
    seconds = (room.event_ms("first-frame") or 0.0) / 1000
    console.say(f"  join {which}: {seconds:.2f} s")
    room.leave()
    room.wait(1)
    return seconds


BENCH = Bench("join", "second viewer's first picture; frames per second over 30 s", run)
