"""The pointer of the shared screen: the driver's own cursor, a drawing for all others."""

import base64

import pytest
from playwright.sync_api import Page

from tests.support.chromium import until
from tests.support.driver import hold
from tests.support.fake_signal import BEN, ME, FakeSignal
from tests.support.fake_vb import FakeVb
from tests.support.picture import at, scale
from tests.unit.static.conftest import Js
from vb.desktop.cursor import shape_of
from vb.protocol.view import CursorShape, PointerAt

MARK = "document.querySelector('.pointer:has(.pointer-shape)')"
CURSOR = "document.querySelector('#screen').style.cursor"


def told(side: int = 24, *, hidden: bool = False) -> CursorShape:
    """A red square with its hot spot at (4, 6)."""
    shape = shape_of([0 if hidden else 0xFFFF0000] * side * side, side, side, 4, 6)
    return CursorShape(
        png=base64.b64encode(shape.png).decode(),
        width=shape.width,
        height=shape.height,
        hot_x=shape.hot_x,
        hot_y=shape.hot_y,
    )


def test_sizes_follow_the_scale(js: Js) -> None:
    """Hot spot included; never so small that nobody sees it."""
    shape = {"width": 24, "height": 32, "hot_x": 4, "hot_y": 6}
    assert js("m.drawnSize(a, 1)", shape) == {"width": 24, "height": 32, "x": 4, "y": 6}
    assert js("m.drawnSize(a, 1.5)", shape) == {"width": 36, "height": 48, "x": 6, "y": 9}
    assert js("m.drawnSize(a, 0.1)", shape) == {"width": 12, "height": 16, "x": 2, "y": 3}


def test_css_says_the_ratio_of_the_device(js: Js) -> None:
    """None for what browsers do not take."""
    size = {"width": 24, "height": 32, "x": 4, "y": 6}
    assert js("m.cursorCss(a, 'data:x', 1)", size) == 'url("data:x") 4 6, default'
    assert js("m.cursorCss(a, 'data:x', 2)", size) == 'image-set(url("data:x") 2x) 4 6, default'
    assert js("m.cursorCss(a, 'data:x', 1)", {**size, "width": 129}) is None


def test_the_drivers_own_cursor_has_the_shape(vb: FakeVb, live: Page, signal: FakeSignal) -> None:
    """With no mark beside it; a hidden one is hidden; after letting go it is the common one again."""
    hold(signal, ME.id, 5)
    vb.tell(told())
    vb.tell(PointerAt(x=640, y=360))
    until(live, f"{CURSOR}.includes('data:image/png')")
    hot = live.evaluate(f"{CURSOR}.match(/\\) (\\d+) (\\d+), default$/).slice(1).map(Number)")
    by = max(0.5, scale(live))
    assert hot == [round(4 * by), round(6 * by)]
    assert live.evaluate(f"{MARK}.hidden")
    vb.tell(told(hidden=True))
    until(live, f"{CURSOR} === 'none'")
    vb.tell(told())
    until(live, f"{CURSOR}.includes('data:image/png')")
    hold(signal, None, 6)
    until(live, f"{CURSOR} === '' && !{MARK}.hidden")


def test_a_cursor_fit_for_the_device(live: Page, vb: FakeVb, signal: FakeSignal) -> None:
    """At twice the pixels the browser takes an image of twice the size."""
    session = live.context.new_cdp_session(live)
    metrics = {"width": 1280, "height": 800, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    hold(signal, ME.id, 5)
    vb.tell(told())
    until(live, f"{CURSOR}.includes('2x')")
    widths = live.evaluate(f"""(async () => {{
      const image = new Image();
      image.src = {CURSOR}.match(/"(data:[^"]+)"/)[1];
      await image.decode();
      return image.naturalWidth;
    }})()""")
    assert widths == 2 * round(24 * max(0.5, scale(live)))


def test_a_giant_cursor_is_drawn(vb: FakeVb, live: Page, signal: FakeSignal) -> None:
    """Browsers refuse it: the mark stands in for it."""
    live.set_viewport_size({"width": 2400, "height": 1400})
    hold(signal, ME.id, 5)
    vb.tell(told(128))
    vb.tell(PointerAt(x=640, y=360))
    until(live, f"{CURSOR} === 'none' && !{MARK}.hidden")


def test_others_see_it_where_it_is_with_the_drivers_name(vb: FakeVb, live: Page, signal: FakeSignal) -> None:
    """Its hot spot at the pixel, at every size of the window; the name fades; hidden is hidden."""
    hold(signal, BEN.id, 5)
    vb.tell(told())
    for x, y, size in ((0, 0, (1280, 800)), (1279, 719, (800, 700)), (320, 180, (393, 851))):
        vb.tell(PointerAt(x=x, y=y))
        live.set_viewport_size({"width": size[0], "height": size[1]})
        live.wait_for_timeout(300)
        image = live.evaluate(f"{MARK}.querySelector('img').getBoundingClientRect().toJSON()")
        drawn = max(0.5, scale(live))
        left, top = at(live, x, y)
        assert image["x"] + 4 * drawn == pytest.approx(left, abs=1.0)
        assert image["y"] + 6 * drawn == pytest.approx(top, abs=1.0)
        assert image["width"] == pytest.approx(24 * drawn, abs=1.0)
    assert live.inner_text(".pointer-name") == "Ben"
    until(live, f"getComputedStyle({MARK}.querySelector('.pointer-name')).opacity === '0'")
    assert live.evaluate(f"!{MARK}.hidden")
    assert live.evaluate(f"{CURSOR} === ''")
    vb.tell(told(hidden=True))
    until(live, f"{MARK}.hidden")


def test_a_finger_has_no_cursor_of_its_own(vb: FakeVb, live: Page, signal: FakeSignal) -> None:
    """Who drives by touch sees the drawn one, without a name."""
    hold(signal, ME.id, 5)
    vb.tell(told())
    vb.tell(PointerAt(x=640, y=360))
    until(live, f"{CURSOR}.includes('data:')")
    live.evaluate("""document.querySelector('#screen')
      .dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch', pointerId: 7, bubbles: true }))""")
    until(live, f"!{MARK}.hidden")
    assert live.evaluate(f"{MARK}.querySelector('.pointer-name').hidden")
