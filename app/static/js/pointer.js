// Mouse and wheel over the picture -> button and wheel events of the shared screen.
// @ts-check

/** Bit of PointerEvent.buttons -> X button. */
const X_BUTTONS = Object.freeze({ 1: 1, 2: 3, 4: 2, 8: 8, 16: 9 });
/** One notch of a wheel in frames of the input channel, and what browsers report for it. */
const NOTCH = 120;
const NOTCH_OF_MODE = [100, 3, 1]; // pixels, lines, pages
/** Across, Firefox goes a fifth of the way for a notch: it takes more of them to go as far as the fingers. */
const NOTCH_ACROSS_OF_MODE = [20, 1, 1];
/** A mouse that tells a thousand places a second is not followed to more of them than this apart. */
const RAW_GAP_MS = 8;

/**
 * Which buttons changed between two values of PointerEvent.buttons.
 * @param {number} before
 * @param {number} after
 * @returns {Array<{ button: number, down: boolean }>} X buttons; those let go come first
 */
export function buttonChanges(before, after) {
  const changes = [];
  for (const [bit, button] of Object.entries(X_BUTTONS)) {
    const was = (before & Number(bit)) !== 0;
    const is = (after & Number(bit)) !== 0;
    if (was !== is) changes.push({ button, down: is });
  }
  return changes.sort((a, b) => Number(a.down) - Number(b.down));
}

/** Turns wheel events into notches of 120 and keeps what is too small to send. */
export class Wheel {
  #restX = 0;
  #restY = 0;

  /**
   * With Shift some browsers call it a turn across already; over there Shift is down too and does it.
   * @param {{ deltaX: number, deltaY: number, deltaMode: number, shiftKey?: boolean }} event
   * @returns {{ dx: number, dy: number }} whole units; 0 and 0 when there is nothing to send yet
   */
  take({ deltaX, deltaY, deltaMode, shiftKey = false }) {
    const [across, along] = shiftKey && deltaY === 0 ? [0, deltaX] : [deltaX, deltaY];
    this.#restX += (across * NOTCH) / (NOTCH_ACROSS_OF_MODE[deltaMode] ?? NOTCH);
    this.#restY += (along * NOTCH) / (NOTCH_OF_MODE[deltaMode] ?? NOTCH);
    const dx = clamp(Math.trunc(this.#restX));
    const dy = clamp(Math.trunc(this.#restY));
    this.#restX -= dx;
    this.#restY -= dy;
    return { dx, dy };
  }
}

/** @param {number} value fits an int16 */
function clamp(value) {
  return Math.max(-32768, Math.min(32767, value)) || 0;
}

/**
 * @param {HTMLElement} surface
 * @param {import('./input.js').Sink} sink
 */
export function followMouse(surface, sink) {
  const wheel = new Wheel();
  let held = 0;

  /** @param {PointerEvent} event */
  const follow = (event) => {
    if (event.pointerType === 'touch') return;
    if (!sink.active()) {
      held = 0;
      return;
    }
    const at = sink.at(event);
    if (!held && !at.inside) return; // the bars beside the picture are not the screen
    const changes = buttonChanges(held, event.buttons);
    held = event.buttons;
    if (changes.length === 0) sink.move(at);
    for (const { button, down } of changes) sink.button(at, button, down);
  };
  surface.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || !sink.active()) return;
    surface.setPointerCapture(event.pointerId);
    sink.focus();
    follow(event);
  });
  for (const name of ['pointermove', 'pointerup', 'pointercancel']) {
    surface.addEventListener(name, (event) => follow(/** @type {PointerEvent} */ (event)));
  }
  // Moves come with the display's frames; a raw one comes at once, up to a frame sooner.
  let rawMs = -Infinity;
  surface.addEventListener('pointerrawupdate', (raw) => {
    const event = /** @type {PointerEvent} */ (raw);
    if (event.pointerType === 'touch' || event.buttons !== held || event.timeStamp - rawMs < RAW_GAP_MS) return;
    rawMs = event.timeStamp;
    follow(event);
  });
  // Of the mouse's own events, for `pointerdown` would take these away: the focus stays, and a mouse's back and
  // forward buttons turn pages over there alone, not away from the room.
  for (const name of ['mousedown', 'mouseup', 'auxclick', 'contextmenu']) {
    surface.addEventListener(name, (event) => sink.active() && event.preventDefault());
  }
  surface.addEventListener(
    'wheel',
    (event) => {
      const at = sink.at(event);
      if (!sink.active() || !at.inside) return;
      event.preventDefault();
      const { dx, dy } = wheel.take(event);
      if (dx || dy) sink.wheel(at, dx, dy);
    },
    { passive: false },
  );
}
