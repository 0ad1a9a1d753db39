"""Chromium as the shared browser: on the same agent, with its own sandbox on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.integration.vb.test_container import files_of_root, filters, namespace, status_of
from tests.integration.vb.test_screen import EPOCH, PAGE, shows
from tests.support.vb_container import CHROMIUM_IMAGE, Container, browser
from tests.support.vb_room import ANA, FakeRoom
from tests.support.vb_site import TellingSite
from tests.support.vb_viewer import viewer
from vb.protocol.input import Button, Key, Move, encode
from vb.protocol.messages import AgentScreen, AgentStatus, Resize

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    with FakeRoom() as room, browser(room.port, "--url", "turtus:still", image=CHROMIUM_IMAGE) as running:
        room.expect(AgentStatus, 60.0, state="ready")
        yield running


def renderers(container: Container) -> list[int]:
    """The processes that run web pages, once each has sealed itself."""
    outer = filters(min(container.host_pids()))
    deadline = time.monotonic() + 15
    while True:
        found = [pid for pid, args in container.host_pids().items() if "--type=renderer" in args]
        if (found and all(filters(pid) > outer for pid in found)) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def test_its_own_sandbox_is_on(container: Container) -> None:
    """A page's process has namespaces of its own, an empty root, no capability, and a filter beyond ours."""
    assert not any("no-sandbox" in args for args in container.host_pids().values())
    init = min(container.host_pids())
    pages = renderers(container)
    assert pages
    for pid in pages:
        status = status_of(pid)
        assert status["Seccomp"] == "2"
        assert filters(pid) > filters(init)
        assert int(status["CapEff"], 16) == 0
        for kind in ("user", "net", "pid"):
            assert namespace(pid, kind) != namespace(init, kind), kind
        assert files_of_root(pid) == []


def test_nobody_has_rights(container: Container) -> None:
    """Every process is uid 1000, behind a system call filter, unable to gain any capability out here."""
    for pid, args in container.host_pids().items():
        try:
            status = status_of(pid)
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        assert set(status["Uid"].split()) == {"1000"}, args
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), args
        assert b"TURTUS" not in environment or "/usr/lib/chromium" not in args


def test_there_is_no_second_browser_in_the_image(container: Container) -> None:
    """Firefox is not left in it for whoever gets out of Chromium."""
    assert container.run("find", "/usr/bin", "/usr/lib", "-maxdepth", "1", "-name", "firefox*") == ""


def test_people_see_hear_and_drive_it(chromium: Browser) -> None:
    """Its window fills the screen in every size, clicks land where they are meant, keys type."""
    with (
        TellingSite(PAGE) as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url, image=CHROMIUM_IMAGE) as container,
        viewer(chromium, room) as ana,
    ):
        room.expect(AgentStatus, 60.0, state="ready")
        site.expect(60.0, loaded=True)
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        ana.wait_for_channel()
        shows(ana, 1280, 720)
        room.give_control(ANA.id, EPOCH)
        room.send(Resize(size="portrait"))
        room.expect(AgentScreen, width=720, height=1280)
        site.expect(width=720, height=1280, x=0, y=0)
        shows(ana, 720, 1280)
        ana.send(encode(Move(EPOCH, 5, 5)))
        for down in (True, False):
            ana.send(encode(Button(EPOCH, 680, 1200, 1, down)))
        site.expect(mousedown=0, x=680, y=1200)
        for down in (True, False):
            ana.send(encode(Key(EPOCH, ord("q"), down)))
        site.expect(keydown="q")
        assert "restarted" not in container.logs()


def test_its_sound_is_heard(chromium: Browser) -> None:
    """A tone that starts without a click."""
    with (
        TellingSite(TONE) as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url, image=CHROMIUM_IMAGE) as _,
        viewer(chromium, room) as ana,
    ):
        room.expect(AgentStatus, 60.0, state="ready")
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        assert any(ana.loudness() > 0.01 for _ in range(6))


TONE = b"""<!doctype html><title>Tone</title><script>
const audio = new AudioContext();
const tone = audio.createOscillator();
tone.connect(audio.destination);
tone.start();
</script>"""
