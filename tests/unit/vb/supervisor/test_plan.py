"""What runs in the container."""

import stat
from pathlib import Path

import pytest

from vb.supervisor.plan import FIREFOX, PULSEAUDIO, SINK, XVFB, Places, Screen, child_environment, plan

SCREEN = Screen(1280, 720)


async def fitted() -> bool:
    return True


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "home", tmp_path / "run", tmp_path / "image", tmp_path / "warm")


def test_every_need_is_planned(places: Places) -> None:
    """Names are unique, and what a process waits for exists."""
    specs = plan(SCREEN, places, "about:blank", "/usr/bin", fitted)
    names = [spec.name for spec in specs]
    assert len(set(names)) == len(names)
    for spec in specs:
        assert {*spec.needs, *spec.after} <= set(names)


def test_what_draws_needs_the_screen(places: Places) -> None:
    """Firefox and the window manager go down with Xvfb; the sound does not."""
    needs = {spec.name: spec.needs for spec in plan(SCREEN, places, "about:blank", "/usr/bin", fitted)}
    assert needs[FIREFOX] == needs["openbox"] == (XVFB,)
    assert needs[PULSEAUDIO] == ()


def test_firefox_opens_the_page_in_a_new_profile(places: Places) -> None:
    """Its profile lies in the home that dies with the container; the page is the last argument."""
    firefox = next(
        spec for spec in plan(SCREEN, places, "https://example.org/", "/bin", fitted) if spec.name == FIREFOX
    )
    assert firefox.argv[-1] == "https://example.org/"
    assert str(places.profile) in firefox.argv
    assert "--kiosk" not in firefox.argv


def test_the_screen_holds_every_size_that_it_may_be_given(places: Places) -> None:
    """The X server can become smaller, never larger; it is ready when it has the size that is wanted."""
    xvfb = next(s for s in plan(Screen(800, 600, 16), places, "x", "/bin", fitted) if s.name == XVFB)
    assert "1920x1280x16" in xvfb.argv
    assert xvfb.probe is fitted
    assert " ".join(xvfb.argv).count("-nolisten tcp") == 1
    large = next(s for s in plan(Screen(3840, 600), places, "x", "/bin", fitted) if s.name == XVFB)
    assert "3840x1280x24" in large.argv


def test_the_sound_has_its_sink(places: Places) -> None:
    """The null sink that the agent records."""
    pulse = next(spec for spec in plan(SCREEN, places, "x", "/bin", fitted) if spec.name == PULSEAUDIO)
    assert any(f"sink_name={SINK}" in argument for argument in pulse.argv)


def test_the_environment_is_made_from_nothing(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the agent reaches a child, least of all its token."""
    monkeypatch.setenv("TURTUS_VB_TOKEN", "secret")
    env = child_environment(SCREEN, places, "/usr/bin")
    assert not any(name.startswith("TURTUS_") for name in env)
    assert env["DISPLAY"] == ":99"
    assert env["PULSE_SERVER"] == f"unix:{places.pulse}"


def test_places_are_private(places: Places) -> None:
    """Directories are made for this user alone; making them twice is fine."""
    places.make()
    places.make()
    assert stat.S_IMODE(places.runtime.stat().st_mode) == 0o700


def test_file_pickers_open_in_uploads(places: Places) -> None:
    """It is the desktop that Firefox shows first, and a bookmark of GTK's own."""
    places.make()
    config = places.home / ".config"
    assert 'XDG_DESKTOP_DIR="$HOME/Uploads"' in (config / "user-dirs.dirs").read_text()
    assert (config / "gtk-3.0" / "bookmarks").read_text() == f"file://{places.home}/Uploads Uploads\n"
    assert stat.S_IMODE((places.home / "Uploads").stat().st_mode) == 0o700


def test_double_clicks_have_as_long_as_people_are_used_to(places: Places) -> None:
    """500 ms on most systems, and what the way may add."""
    places.make()
    settings = (places.home / ".config" / "gtk-3.0" / "settings.ini").read_text()
    assert settings == "[Settings]\ngtk-double-click-time=600\n"


def test_the_profile_is_a_fresh_copy(places: Places) -> None:
    """Of the one that the image was built with; empty when there is none; private either way."""
    places.make()
    places.make_profile()
    assert list(places.profile.iterdir()) == []
    places.warm_profile.mkdir()
    (places.warm_profile / "prefs.js").write_text("x")
    places.make_profile()
    assert (places.profile / "prefs.js").read_text() == "x"
    firefox = next(spec for spec in plan(SCREEN, places, "x", "/bin", fitted) if spec.name == FIREFOX)
    assert firefox.prepare == places.make_profile
