// One finger on the picture: a tap clicks, a long press is the right button, a drag scrolls.
// @ts-check

const SLOP_PX = 10;
const LONG_PRESS_MS = 500;
const LEFT = 1;
const RIGHT = 3;

/**
 * @param {HTMLElement} surface
 * @param {import('./input.js').Sink} sink
 */
export function followTouch(surface, sink) {
  /** @type {{ id: number, x: number, y: number, scrolling: boolean, timer: number }|null} */
  let finger = null;

  const lift = () => {
    clearTimeout(finger?.timer);
    finger = null;
  };
  /** @param {PointerEvent} event @param {number} button */
  const click = (event, button) => {
    const at = sink.at(event);
    if (!at.inside) return;
    sink.move(at);
    sink.button(at, button, true);
    sink.button(at, button, false);
  };
  surface.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || !sink.active()) return;
    const second = finger !== null;
    lift();
    if (second) return; // two fingers belong to the page
    const { pointerId: id, clientX: x, clientY: y } = event;
    const timer = setTimeout(() => {
      click(event, RIGHT);
      finger = null;
    }, LONG_PRESS_MS);
    finger = { id, x, y, scrolling: false, timer };
  });
  surface.addEventListener('pointermove', (event) => {
    if (finger?.id !== event.pointerId) return;
    const dx = finger.x - event.clientX;
    const dy = finger.y - event.clientY;
    if (!finger.scrolling && Math.hypot(dx, dy) < SLOP_PX) return;
    clearTimeout(finger.timer);
    finger = { ...finger, scrolling: true, x: event.clientX, y: event.clientY };
    sink.scroll(sink.at(event), dx, dy);
  });
  surface.addEventListener('pointerup', (event) => {
    if (finger?.id !== event.pointerId) return;
    if (!finger.scrolling) click(event, LEFT);
    lift();
  });
  surface.addEventListener('pointercancel', lift);
}
