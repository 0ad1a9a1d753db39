"""Files into a real Firefox through its file picker, and out of it: the page's own module at the viewer's end."""

import hashlib
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.vb_driver import Driver
from tests.support.vb_house import DOWNLOAD_MB, UPLOAD_MB, House
from tests.support.vb_room import ANA, BEN
from tests.support.vb_viewer import TestViewer, viewer
from vb.files.limits import HANDED_OVER, NOT_DRIVING

pytestmark = pytest.mark.docker
SCRIPTS = Path(__file__).parents[3] / "app" / "static" / "js"
CONTROL_L, RETURN, ESCAPE = 0xFFE3, 0xFF0D, 0xFF1B
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Files</title>
<style>html, body { margin: 0; height: 100% }
label, a { display: grid; place-content: center; height: 30%; font: 48px sans-serif }
label { background: #fdf0d9 } a { background: #d9e8fd } input { opacity: 0; position: absolute }</style>
<label>Choose a file<input type="file"></label><a href="/download">Download</a><a href="/large">Large</a>
<script>
document.querySelector("input").onchange = async ({ target }) => {
  const [file] = target.files;
  fetch("/sent/" + encodeURIComponent(file.name), { method: "POST", body: await file.arrayBuffer() });
};
</script>"""
PICK, LINK, LARGE = (640, 150), (640, 380), (640, 570)
"""Where, on a screen of 1280x720, the file input is, the link to the download, and to one that does not fit."""
WHERE_A_PANEL_WOULD_BE, PLAIN = (1000, 150), (253, 240, 217)
FILM = random.Random(4).randbytes(10 * 1024 * 1024)
_LINK = """async () => {
  const { FileLink } = await import('/js/file-link.js');
  const link = (window.link = new FileLink(() => window.epoch));
  window.ended = [];
  window.notices = [];
  link.on('end', (transfer) => ended.push({ ...transfer, at: performance.now() }));
  link.on('notice', (text) => notices.push(text));
  link.use(viewer.files);
  window.noise = (size, seed) => {
    const bytes = new Uint8Array(size);
    let x = seed;
    for (let i = 0; i < size; i += 1) bytes[i] = (x = (x * 1103515245 + 12345) % 2147483648) >> 16;
    return bytes;
  };
  window.hex = async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');
}"""


def answer(route: Route) -> None:
    """The page's own modules."""
    route.fulfill(path=SCRIPTS / route.request.url.rsplit("/", 1)[1], content_type="text/javascript")


_WINDOWS = """
from Xlib import X, display
screen = display.Display()
root = screen.screen().root
of = lambda name: list(root.get_full_property(screen.intern_atom(name), X.AnyPropertyType).value)
windows = of("_NET_CLIENT_LIST")
print(len(windows), of("_NET_ACTIVE_WINDOW")[0] == windows[-1])"""
"""How many windows there are, and whether the last of them has the keys."""


class Two(Driver):
    """Two viewers of one browser, one of whom drives."""

    def __init__(self, house: House, ana: TestViewer, ben: TestViewer) -> None:
        super().__init__(house, ana)
        self.ana, self.ben = ana, ben

    def drive(self, who: TestViewer) -> Page:
        """Has control, and its page knows."""
        self.take_control(who)
        for each in (self.ana, self.ben):
            each.page.evaluate("epoch => void (window.epoch = epoch)", self.epoch)
        until(who.page, "link.state.drives")
        return who.page

    def until_picker(self) -> None:
        """A second window is there, and has the keys."""
        deadline = time.monotonic() + 30
        while self.house.container.run("env", "DISPLAY=:99", "python", "-c", _WINDOWS) != "2 True":
            assert time.monotonic() < deadline, "no file picker"
            time.sleep(0.1)
        time.sleep(0.5)  # mapped, and not yet filled

    def inside(self, folder: str) -> list[str]:
        return self.house.container.run("ls", "-1", f"/home/turtus/{folder}").splitlines()


def until(page: Page, condition: str, timeout_s: float = 20.0) -> Any:
    return page.wait_for_function(condition, timeout=timeout_s * 1000)


@pytest.fixture(scope="module")
def driver(chromium: Browser, house: House) -> Iterator[Two]:
    house.show(PAGE, {"/download": FILM, "/large": bytes(45_000_000)})
    with viewer(chromium, house.room, ANA) as ana, viewer(chromium, house.room, BEN) as ben:
        for person in (ana, ben):
            person.page.route("https://viewer.test/js/*", answer)
            person.join(via="127.0.0.1")
            person.wait_for_channel()
            until(person.page, "viewer.files?.readyState === 'open'")
            person.page.evaluate(_LINK)
        yield Two(house, ana, ben)


def test_upload_reaches_a_page_through_the_file_picker(driver: Two) -> None:
    """The picker opens in Uploads: the name alone finds the file. Contents are compared by hash."""
    page = driver.drive(driver.ana)
    digest = page.evaluate(
        """async () => {
          const bytes = noise(3_000_001, 7);
          link.upload(new File([bytes], '../my film.bin'));
          return hex(bytes);
        }"""
    )
    until(page, "ended.length === 1")
    assert page.evaluate("ended[0].phase") == "done"
    assert page.evaluate("ended[0].name") == "my film.bin"
    assert driver.inside("Uploads") == ["my film.bin"]
    driver.click(at=PICK)
    driver.until_picker()
    driver.press(CONTROL_L, ord("l"))
    page.wait_for_timeout(500)
    driver.type("my film.bin")
    page.wait_for_timeout(700)
    driver.key(RETURN)
    assert driver.site.expect(sent="my film.bin")["sha256"] == digest


def test_download_arrives_byte_for_byte(driver: Two) -> None:
    """A link is clicked in Firefox; the driver is offered the file and gets it, the other sees nothing."""
    page = driver.drive(driver.ana)
    driver.click(at=LINK)
    until(page, "link.state.downloads?.length === 1", 30.0)
    entry = page.evaluate("link.state.downloads[0]")
    assert (entry["name"], entry["size"]) == ("holiday film.bin", len(FILM))
    began = time.monotonic()
    digest = page.evaluate(
        """async () => {
          const pieces = [];
          const whole = new Promise((resolve) => {
            const sink = { write: (bytes) => pieces.push(bytes), close: resolve, abort: resolve };
            link.fetch(link.state.downloads[0], sink);
          });
          await whole;
          return hex(await new Blob(pieces).arrayBuffer());
        }"""
    )
    seconds = time.monotonic() - began
    assert digest == hashlib.sha256(FILM).hexdigest()
    print(f"download: {len(FILM) / seconds / 1e6:.1f} MB/s")
    assert driver.ben.page.evaluate("[link.state.drives, link.state.downloads ?? []]") == [False, []]
    page.evaluate("link.remove(link.state.downloads[0])")
    until(page, "link.state.downloads.length === 0")
    assert driver.inside("Downloads") == []


def test_a_download_that_does_not_fit_ends_and_is_said(driver: Two) -> None:
    """Firefox gets no more than the folder's size; nothing of it stays, and the next one works."""
    page = driver.drive(driver.ana)
    driver.click(at=LARGE)
    until(page, "link.state.arriving > 0")
    until(page, "notices.length > 0", 60.0)
    assert page.evaluate("notices[0]").endswith(f"All downloads together may have {DOWNLOAD_MB} MB.")
    until(page, "link.state.arriving === 0")
    assert driver.inside("Downloads") == []
    page.wait_for_timeout(500)
    assert driver.ana.pixels(WHERE_A_PANEL_WOULD_BE)[0] == pytest.approx(PLAIN, abs=12), (
        "Firefox has opened a panel"
    )


def test_who_does_not_drive_is_refused_and_hand_over_stops(driver: Two) -> None:
    """In sentences; nothing of a stopped upload is left."""
    page = driver.drive(driver.ana)
    other = driver.ben.page
    before = driver.inside("Uploads")
    other.evaluate("void link.upload(new File(['x'], 'x.txt'))")
    until(other, "ended.length === 1")
    assert other.evaluate("ended[0].message") == NOT_DRIVING
    page.evaluate(
        "() => { ended.length = 0; link.upload(new File([new Uint8Array(21 * 1024 * 1024)], 'large')); }"
    )
    until(page, "ended.length === 1")
    assert page.evaluate("ended[0].message") == f"This file is too large: one may have {UPLOAD_MB} MB."
    page.evaluate("() => { ended.length = 0; link.upload(new File([noise(19_000_000, 3)], 'half.bin')); }")
    until(page, "link.transfers.some((each) => each.moved > 100_000)")
    driver.drive(driver.ben)
    until(page, "ended.length === 1")
    assert page.evaluate("ended[0].message") == HANDED_OVER
    assert driver.inside("Uploads") == before


def test_upload_goes_fast_enough(driver: Two) -> None:
    """15 MB while the picture runs; the figure is told."""
    page = driver.drive(driver.ana)
    page.evaluate(
        "() => { ended.length = 0; window.began = performance.now(); link.upload(new File([noise(15_000_000, 9)], 'big.bin')); }"
    )
    until(page, "ended.length === 1", 60.0)
    assert page.evaluate("ended[0].phase") == "done"
    seconds = page.evaluate("(ended[0].at - began) / 1000")
    print(f"upload: {15 / seconds:.1f} MB/s")
    until(page, "link.state.uploads.some((each) => each.name === 'big.bin')")  # told twice a second
    page.evaluate("() => { for (const entry of link.state.uploads) link.remove(entry); }")
    until(page, "link.state.uploads.length === 0")
    assert driver.inside("Uploads") == []


def test_garbage_does_not_end_the_agent(driver: Two) -> None:
    """Random frames, control messages without sense, pieces of nothing: the transfer after them works."""
    page = driver.drive(driver.ana)
    page.evaluate(
        """() => {
          ended.length = 0;
          for (let i = 0; i < 300; i += 1) {
            viewer.files.send(crypto.getRandomValues(new Uint8Array(1 + i * 7)));
            viewer.files.send('{"type":"files.upload","id":' + i);
          }
          link.upload(new File(['still here'], 'after.txt'));
        }"""
    )
    until(page, "ended.length === 1")
    assert page.evaluate("ended[0].phase") == "done"
    assert "after.txt" in driver.inside("Uploads")
