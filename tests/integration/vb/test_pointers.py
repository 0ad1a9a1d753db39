"""Pointer and clipboard between real pages and a real Firefox."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.page_room import PersonPage, person_page
from tests.support.vb_house import House
from tests.support.vb_room import ANA, BEN
from vb.protocol.messages import ControlStatus

pytestmark = pytest.mark.docker
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Site</title>
<style>
  html, body { margin: 0; height: 100%; background: #224488; overflow: hidden }
  textarea { display: block; width: 100%; height: 40%; border: 0; resize: none }
  div { float: left; width: 33%; height: 60% }
</style>
<textarea autofocus spellcheck="false"></textarea>
<div style="cursor: pointer"></div><div style="cursor: none"></div><div style="cursor: crosshair"></div>
<script>
const area = document.querySelector("textarea");
const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
area.oninput = () => say({ text: area.value });
area.focus();
say({ loaded: true });
</script>"""
TEXT_AREA, HAND, NOTHING, CROSS = (640, 200), (200, 550), (640, 550), (1100, 550)
CURSOR = "document.querySelector('#screen').style.cursor"
MARK = "document.querySelector('.pointer:has(.pointer-shape)')"


class Scene:
    """Two people in a room with a browser; one of them drives."""

    def __init__(self, house: House, ana: PersonPage, ben: PersonPage) -> None:
        self.house = house
        self.site = house.site
        self.ana = ana
        self.ben = ben
        self.epoch = 0

    def drive(self, who: PersonPage) -> None:
        self.epoch = self.house.hand_to(who.me.id)
        status = ControlStatus(state="HELD", epoch=self.epoch, holder=who.me.id)
        for person in (self.ana, self.ben):
            person.control(status)
        who.page.bring_to_front()
        who.until("document.activeElement.id === 'stage-keys'")
        who.wait(200)


@pytest.fixture(scope="module")
def scene(chromium: Browser, house: House) -> Iterator[Scene]:
    house.show(PAGE)
    with (
        person_page(chromium, house.room, ANA, BEN) as ana,
        person_page(chromium, house.room, BEN, ANA) as ben,
    ):
        for person in (ana, ben):
            person.join()
        yield Scene(house, ana, ben)


def test_the_driver_has_the_shape_as_cursor(scene: Scene) -> None:
    """Another one over each thing of the page; hidden where the page hides it."""
    ana = scene.ana
    scene.drive(ana)
    seen = []
    for place in (TEXT_AREA, HAND, CROSS):
        before = ana.page.evaluate(CURSOR)
        ana.page.mouse.move(*ana.at(*place))
        ana.until(f"{CURSOR} !== {before!r} && {CURSOR}.includes('data:image/png')")
        seen.append(ana.page.evaluate(CURSOR))
    assert len(set(seen)) == 3
    ana.page.mouse.move(*ana.at(*NOTHING))
    ana.until(f"{CURSOR} === 'none'")
    assert ana.page.evaluate(f"{MARK}.hidden")


def test_others_see_where_it_is_and_who_drives(scene: Scene) -> None:
    """To a pixel of the screen, with the name; hidden with the page's."""
    scene.drive(scene.ana)
    ben = scene.ben
    for place in (HAND, CROSS):
        scene.ana.page.mouse.move(*scene.ana.at(*place))
        x, y = ben.at(*place)
        ben.until(
            f"""(() => {{ const box = {MARK}.getBoundingClientRect();
              return !{MARK}.hidden && Math.hypot(box.x - {x}, box.y - {y}) < 1.5; }})()"""
        )
    assert ben.page.inner_text(".pointer:has(.pointer-shape) .pointer-name") == "Ana"
    scene.ana.page.mouse.move(*scene.ana.at(*NOTHING))
    ben.until(f"{MARK}.hidden")


def test_the_picture_has_no_pointer_and_its_motion_costs_no_frame(scene: Scene) -> None:
    """The ground is plain where it is; while only the pointer moves, nothing is sent."""
    scene.drive(scene.ana)
    ana = scene.ana
    ana.page.mouse.move(*ana.at(*HAND))
    ana.wait(1500)
    colours = ana.page.evaluate(
        """([x, y]) => {
          const video = document.querySelector('#stage-video');
          const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
          const pen = canvas.getContext('2d');
          pen.drawImage(video, 0, 0);
          const { data } = pen.getImageData(x - 30, y - 30, 60, 60);
          let spread = 0;
          for (let at = 0; at < data.length; at += 1) spread = Math.max(spread, Math.abs(data[at] - data[at % 4]));
          return spread;
        }""",
        list(HAND),
    )
    assert colours <= 12
    frames = """(async () => [...(await turtus.peer.getStats()).values()]
      .find((entry) => entry.type === 'inbound-rtp' && entry.kind === 'video').framesReceived)()"""
    before, still_ms = ana.page.evaluate(frames), 0
    for _ in range(60):  # until what stands still has been made fine
        ana.wait(200)
        now = ana.page.evaluate(frames)
        before, still_ms = now, (still_ms + 200 if now == before else 0)
        if still_ms >= 800:
            break
    for step in range(20):  # soon: after 3 s without a frame a browser asks for one
        ana.page.mouse.move(*ana.at(100 + 5 * step, 550))
        ana.wait(20)
    assert ana.page.evaluate(frames) - before <= 1
    assert ana.page.evaluate(f"{CURSOR}.includes('data:image/png')")


def test_members_show_their_own(scene: Scene) -> None:
    """By the button or with Alt; seen by the others with the name, gone when it is put away."""
    scene.drive(scene.ana)
    ben = scene.ben
    arrow = "document.querySelector('.pointer:has(.pointer-arrow)')"
    ben.page.bring_to_front()
    ben.page.click("#menu-button")
    ben.page.click("#point")
    ben.page.mouse.move(*ben.at(300, 300))
    x, y = scene.ana.at(300, 300)
    scene.ana.until(
        f"""(() => {{ const box = {arrow}?.getBoundingClientRect();
          return box && Math.hypot(box.x - {x}, box.y - {y}) < 1.5; }})()"""
    )
    assert scene.ana.page.inner_text(".pointer:has(.pointer-arrow) .pointer-name") == "Ben"
    assert ben.page.evaluate(f"{arrow} === null")
    ben.page.click("#menu-button")
    ben.page.click("#point")
    scene.ana.until(f"{arrow}.hidden")
    ben.page.mouse.move(*ben.at(310, 300))
    scene.ana.wait(300)
    assert scene.ana.page.evaluate(f"{arrow}.hidden")
    ben.page.keyboard.down("Alt")
    ben.page.mouse.move(*ben.at(320, 300))
    ben.page.keyboard.up("Alt")
    scene.ana.until(f"!{arrow}.hidden")
    scene.ana.until(f"{arrow}.hidden", 5.0)


SPY = """() => {
  window.clips = [];
  const { parse } = JSON;
  JSON.parse = (text) => {
    const found = parse(text);
    if (String(found?.type).startsWith('view.clipboard')) clips.push(found);
    return found;
  };
  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (data) {
    if (this.label === 'view') window.view = this;
    return send.call(this, data);
  };
}"""
LONG = "".join(f"{number}: Grüße, 你好, 😀\n" for number in range(1800))  # 50 kB


@pytest.mark.parametrize("text", [LONG, "two\nlines 😀 👩‍👩‍👧"], ids=["long", "short"])
def test_pasted_and_copied_exactly(scene: Scene, text: str) -> None:
    """From the driver's clipboard into Firefox, and out of it again."""
    ana = scene.ana
    scene.drive(ana)
    ana.page.mouse.click(*ana.at(*TEXT_AREA))
    ana.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.press("Control+v")
    for _ in range(400):
        if any(what.get("text") == text for what in scene.site.said):
            break
        ana.wait(50)
    scene.site.expect(1.0, text=text)
    ana.page.evaluate("navigator.clipboard.writeText('something else')")
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.press("Control+c")
    ana.until("(async () => (await navigator.clipboard.readText()) !== 'something else')()")
    assert ana.page.evaluate("navigator.clipboard.readText()") == text


def test_who_does_not_drive_neither_gets_nor_sets_it(scene: Scene) -> None:
    """Whatever that page says to the agent."""
    scene.drive(scene.ana)
    ana, ben = scene.ana, scene.ben
    ana.page.mouse.click(*ana.at(*TEXT_AREA))
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.type("mine")
    scene.site.expect(20.0, text="mine")
    ben.page.evaluate(SPY)
    ana.page.evaluate(SPY)
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.press("Control+c")
    ana.until("(async () => (await navigator.clipboard.readText()) === 'mine')()")
    ana.until("clips.some(({ text }) => text === 'mine')")
    assert ben.page.evaluate("clips") == []
    ben.page.bring_to_front()
    ben.page.keyboard.down("Alt")  # says where it points: now the channel is known
    ben.page.mouse.move(*ben.at(300, 300))
    ben.page.keyboard.up("Alt")
    ben.until("Boolean(window.view)")
    forged = {"type": "view.clipboard_set", "epoch": scene.epoch, "number": 1, "text": "not mine"}
    ben.page.evaluate("(message) => view.send(JSON.stringify(message))", forged)
    ben.until("clips.length > 0")
    assert ben.page.evaluate("clips") == [{"type": "view.clipboard_done", "number": 1, "ok": False}]
    ana.page.bring_to_front()
    ana.page.evaluate("document.querySelector('#stage-keys').focus()")
    ana.page.keyboard.press("End")
    ana.page.evaluate("navigator.clipboard.writeText('')")
    ana.page.keyboard.press("Control+v")
    scene.site.expect(20.0, text="minemine")
