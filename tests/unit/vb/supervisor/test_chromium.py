"""How Chromium is run."""

from pathlib import Path

from vb.supervisor.chromium import CHROMIUM, chromium
from vb.supervisor.plan import OPENBOX, XVFB, Places, Screen, plan


async def fitted() -> bool:
    return True


def test_it_keeps_its_sandbox_and_asks_nothing() -> None:
    """No switch takes the sandbox away; a profile of its own; the page is the last argument."""
    spec = chromium(
        Path("/home/x/profile"), {}, "https://example.org/", display_number=99, nice="5", needs=(XVFB,)
    )
    assert spec.argv[-1] == "https://example.org/"
    assert "--user-data-dir=/home/x/profile" in spec.argv
    assert "--no-first-run" in spec.argv
    assert not any("sandbox" in argument or "debugging" in argument for argument in spec.argv)


def test_it_takes_the_place_of_firefox(tmp_path: Path) -> None:
    """One browser in the plan, named by its kind; it waits for the window manager, which makes it fill the screen."""
    places = Places(tmp_path / "home", tmp_path / "run", tmp_path / "image", tmp_path / "warm")
    specs = {spec.name: spec for spec in plan(Screen(1280, 720), places, "x", "/bin", fitted, "chromium")}
    assert "firefox" not in specs
    assert {XVFB, OPENBOX} <= set(specs[CHROMIUM].needs) <= set(specs)
