"""Chromium as the shared browser: on the same agent, with its own sandbox on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.proc import files_of_root, filters, namespace, sealed, status_of
from tests.support.vb_container import CHROMIUM_IMAGE, Container
from tests.support.vb_driver import Driver
from tests.support.vb_house import House, open_house
from tests.support.vb_room import ANA
from tests.support.vb_screen import PAGE, shows
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Move
from vb.protocol.messages import AgentScreen, Resize

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def house(shared: object) -> Iterator[House]:
    """Of its own: another image than the other modules' one."""
    with open_house(CHROMIUM_IMAGE) as house:
        yield house


@pytest.fixture(scope="module")
def container(house: House) -> Container:
    return house.container


@pytest.fixture(scope="module")
def ana(chromium: Browser, house: House) -> Iterator[TestViewer]:
    with viewer(chromium, house.room, ANA) as ana:
        ana.join(via="127.0.0.1")
        ana.wait_for_picture()
        ana.wait_for_channel()
        yield ana


def test_its_own_sandbox_is_on(container: Container) -> None:
    """A page's process has namespaces of its own, an empty root, no capability, and a filter beyond ours."""
    assert not any("no-sandbox" in args for args in container.host_pids().values())
    init = min(container.host_pids())
    pages = sealed(container, "--type=renderer")
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


def test_people_see_and_drive_it(house: House, ana: TestViewer) -> None:
    """Its window fills the screen in every size, clicks land where they are meant, keys type."""
    house.show(PAGE)
    shows(ana, 1280, 720)
    driver = Driver(house, ana)
    driver.take_control()
    house.room.send(Resize(size="portrait"))
    house.room.expect(AgentScreen, width=720, height=1280)
    house.site.expect(width=720, height=1280, x=0, y=0)
    shows(ana, 720, 1280)
    driver.send(Move(driver.epoch, 5, 5))
    driver.click(at=(680, 1200))
    house.site.expect(mousedown=0, x=680, y=1200)
    driver.key(ord("q"))
    house.site.expect(keydown="q")
    assert "restarted" not in house.container.logs()


def test_its_sound_is_heard(house: House, ana: TestViewer) -> None:
    """A tone that starts without a click."""
    house.show(TONE)
    assert any(ana.loudness() > 0.01 for _ in range(12))


TONE = b"""<!doctype html><title>Tone</title><script>
const audio = new AudioContext();
const tone = audio.createOscillator();
tone.connect(audio.destination);
tone.start();
</script>"""
