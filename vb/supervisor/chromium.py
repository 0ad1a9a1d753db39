"""Chromium instead of Firefox, on the same screen. Data only.

Started without Debian's wrapper: that would add switches and keys of its own. Its sandbox stays on: nothing
here switches it off, and our system call filter lets it make the namespaces that it needs.
"""

from collections.abc import Mapping
from pathlib import Path

from vb.supervisor import probes
from vb.supervisor.specs import ProcessSpec
from vb.supervisor.states import RestartPolicy

CHROMIUM = "chromium"
PROGRAM = "/usr/lib/chromium/chromium"
_FLAGS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-crash-restore-bubble",
    "--start-maximized",
    "--window-position=0,0",
    "--disable-gpu",  # there is none: do not start a process that looks for it
    "--disable-breakpad",
    "--disable-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--password-store=basic",
    "--ozone-platform=x11",
    "--autoplay-policy=no-user-gesture-required",
)


def chromium(
    profile: Path, env: Mapping[str, str], url: str, *, display_number: int, nice: str, needs: tuple[str, ...]
) -> ProcessSpec:
    """The process that opens ``url`` in a fresh ``profile``, with tabs, in a window that fills the screen."""
    return ProcessSpec(
        name=CHROMIUM,
        label="Chromium",
        argv=("nice", "-n", nice, PROGRAM, f"--user-data-dir={profile}", *_FLAGS, url),
        env=env,
        probe=probes.XProbe(display_number, probes.big_window_is_mapped),
        needs=needs,
        start_timeout_s=30.0,
        policy=RestartPolicy(max_failures=3),
    )
