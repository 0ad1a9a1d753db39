"""What runs in the container, and in what order. Data only: nothing is started here."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from vb.protocol.messages import BrowserKind
from vb.protocol.screens import largest
from vb.supervisor import probes
from vb.supervisor.chromium import CHROMIUM, chromium
from vb.supervisor.specs import Probe, ProcessSpec
from vb.supervisor.states import RestartPolicy

SINK = "turtus"
"""The PulseAudio sink that the browser plays into; ``turtus.monitor`` is what the viewers hear."""

DBUS = "dbus"
FIREFOX = "firefox"
OPENBOX = "openbox"
XVFB = "xvfb"
PULSEAUDIO = "pulseaudio"


NICE = "5"
"""The browser steps back when the processor is short, so that what it shows still streams smoothly."""

DOUBLE_CLICK_MS = 600
"""Two presses within this time are a double click: GTK's own 400 are less than the 500 of most people's
systems, and on the way the second press may be held up more than the first."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The X screen: size in pixels at first, bits per pixel, display number."""

    width: int
    height: int
    depth: int = 24
    number: int = 99

    @property
    def display(self) -> str:
        """The display's name, as in ``DISPLAY``."""
        return f":{self.number}"


@dataclass(frozen=True, slots=True)
class Places:
    """Directories: ``home`` and ``runtime`` are writable and die with the container."""

    home: Path
    runtime: Path
    image: Path
    warm_profile: Path

    @property
    def bus(self) -> Path:
        """The message bus's socket."""
        return self.runtime / "bus"

    @property
    def pulse(self) -> Path:
        """PulseAudio's socket."""
        return self.runtime / "pulse.sock"

    @property
    def profile(self) -> Path:
        """The browser's profile, new with each container."""
        return self.home / "profile"

    def make(self) -> None:
        """Create what is not there; private to this user."""
        config = self.home / ".config"
        for path in (
            self.home,
            self.runtime,
            self.home / "Downloads",
            self.home / "Uploads",
            config / "gtk-3.0",
        ):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file picker opens in the folder of the desktop: let that be where people's files arrive.
        (config / "user-dirs.dirs").write_text(
            'XDG_DESKTOP_DIR="$HOME/Uploads"\nXDG_DOWNLOAD_DIR="$HOME/Downloads"\n'
        )
        (config / "gtk-3.0" / "settings.ini").write_text(
            f"[Settings]\ngtk-double-click-time={DOUBLE_CLICK_MS}\n"
        )
        (config / "gtk-3.0" / "bookmarks").write_text(f"file://{self.home}/Uploads Uploads\n")

    def make_profile(self) -> None:
        """A fresh copy of the profile that the image was built with, or an empty one if it has none."""
        if self.warm_profile.is_dir():
            shutil.copytree(self.warm_profile, self.profile, symlinks=True, dirs_exist_ok=True)
        self.profile.mkdir(mode=0o700, exist_ok=True)


def child_environment(screen: Screen, places: Places, path: str) -> dict[str, str]:
    """The environment of every process: none of the agent's own, above all not its token."""
    return {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={places.bus}",
        "DISPLAY": screen.display,
        "HOME": str(places.home),
        "LANG": "C.UTF-8",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "MOZ_CRASHREPORTER_DISABLE": "1",
        "MOZ_X11_EGL": "0",
        "NO_AT_BRIDGE": "1",
        "PATH": path,
        "PULSE_SERVER": f"unix:{places.pulse}",
        "XDG_RUNTIME_DIR": str(places.runtime),
    }


def plan(
    screen: Screen, places: Places, url: str, path: str, fitted: Probe, kind: BrowserKind = "firefox"
) -> tuple[ProcessSpec, ...]:
    """The processes of a virtual browser that opens ``url``; programs are looked up on ``path``.

    The browser's process is named by its ``kind``. ``fitted`` answers whether the X server is there and its
    screen has the size that is wanted.
    """
    env = child_environment(screen, places, path)
    return (
        _message_bus(places, env),
        _screen(screen, env, fitted),
        _window_manager(screen, places, env),
        _sound_server(places, env),
        _browser(kind, screen, places, env, url),
    )


def _browser(kind: BrowserKind, screen: Screen, places: Places, env: dict[str, str], url: str) -> ProcessSpec:
    if kind == CHROMIUM:
        return chromium(
            places.profile, env, url, display_number=screen.number, nice=NICE, needs=(XVFB, OPENBOX, DBUS)
        )
    return _firefox(screen, places, env, url)


def _message_bus(places: Places, env: dict[str, str]) -> ProcessSpec:
    return ProcessSpec(
        name=DBUS,
        label="The message bus",
        argv=("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={places.bus}"),
        env=env,
        probe=probes.bus_answers(str(places.bus)),
    )


def _screen(screen: Screen, env: dict[str, str], fitted: Probe) -> ProcessSpec:
    width, height = largest(screen.width, screen.height)  # it can be made smaller, never larger
    size = f"{width}x{height}x{screen.depth}"
    fixed = ("-nolisten", "tcp", "-noreset", "-dpi", "96", "-s", "0")
    return ProcessSpec(
        name=XVFB,
        label="The screen",
        argv=("Xvfb", screen.display, "-screen", "0", size, *fixed),
        env=env,
        probe=fitted,
    )


def _window_manager(screen: Screen, places: Places, env: dict[str, str]) -> ProcessSpec:
    return ProcessSpec(
        name=OPENBOX,
        label="The window manager",
        argv=("openbox", "--config-file", str(places.image / "openbox.xml"), "--sm-disable"),
        env=env,
        probe=probes.XProbe(screen.number, probes.window_manager_rules),
        needs=(XVFB,),
    )


def _sound_server(places: Places, env: dict[str, str]) -> ProcessSpec:
    modules = (
        f"--load=module-native-protocol-unix auth-anonymous=1 socket={places.pulse}",
        f"--load=module-null-sink sink_name={SINK} rate=48000 channels=2",
    )
    stay = ("--daemonize=no", "--exit-idle-time=-1", "--disallow-exit=yes", "--use-pid-file=no")
    modest = ("--realtime=no", "--high-priority=no", "--log-target=stderr")
    return ProcessSpec(
        name=PULSEAUDIO,
        label="The sound server",
        argv=("pulseaudio", "-n", *stay, *modest, *modules),
        env=env,
        probe=probes.SinkProbe(str(places.pulse), SINK, env),
    )


def _firefox(screen: Screen, places: Places, env: dict[str, str], url: str) -> ProcessSpec:
    size = ("--width", str(screen.width), "--height", str(screen.height))
    return ProcessSpec(
        name=FIREFOX,
        label="Firefox",
        argv=("nice", "-n", NICE, "firefox-esr", "--no-remote", "--profile", str(places.profile), *size, url),
        env=env,
        probe=probes.XProbe(screen.number, probes.big_window_is_mapped),
        needs=(XVFB,),
        after=(DBUS,),
        prepare=places.make_profile,
        start_timeout_s=30.0,
        policy=RestartPolicy(max_failures=3),
    )
