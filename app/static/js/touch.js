// Fingers on the picture: a tap clicks, a drag scrolls, a long press is the right button, or drags when it moves;
// two fingers zoom. Nothing of the page itself scrolls or zooms (touch-action: none).
// @ts-check

/** @typedef {import('./input.js').Point} Point */

const SLOP_PX = 10;
const LONG_PRESS_MS = 500;
/** A second tap this soon and this near is meant for the same place: people do not hit a pixel twice. */
const DOUBLE_TAP_MS = 400;
const DOUBLE_TAP_PX = 30;
const LEFT = 1;
const RIGHT = 3;
/** One step of a browser's zoom is about a tenth. */
const STEP = Math.log(1.1);

/** Turns the distance between two fingers into steps of zoom. Pure. */
export class Pinch {
  #began;
  #steps = 0;

  /** @param {number} distance between the fingers at first, in any unit */
  constructor(distance) {
    this.#began = Math.max(distance, 1);
  }

  /**
   * @param {number} distance now
   * @returns {number} further whole steps since the last call; above 0 is larger
   */
  take(distance) {
    const steps = Math.trunc(Math.log(Math.max(distance, 1) / this.#began) / STEP) || 0;
    const more = steps - this.#steps;
    this.#steps = steps;
    return more;
  }
}

/**
 * What one finger does, until it is lifted or another joins it: `down` until it moves or stays, then the rest.
 * @typedef {{ id: number, x: number, y: number, at: Point, does: 'down'|'scroll'|'stay'|'drag'|'pinch', timer: number }} Finger
 */

/**
 * @param {HTMLElement} surface
 * @param {import('./input.js').Sink} sink
 */
export function followTouch(surface, sink) {
  const fingers = new Fingers(sink);
  /** @param {string} name @param {(event: PointerEvent) => void} take */
  const on = (name, take) =>
    surface.addEventListener(name, (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (pointer.pointerType === 'touch') take(pointer);
    });
  on('pointerdown', (event) => sink.active() && fingers.down(event));
  on('pointermove', (event) => fingers.move(event));
  on('pointerup', (event) => fingers.up(event));
  on('pointercancel', (event) => fingers.cancel(event));
}

class Fingers {
  #sink;
  /** @type {Map<number, PointerEvent>} those on the picture, each as it was last seen */
  #seen = new Map();
  /** @type {Finger|null} the first of them */
  #first = null;
  /** @type {Pinch|null} */
  #pinch = null;
  #tap = { ms: -Infinity, x: 0, y: 0, at: { x: 0, y: 0, inside: false } };

  /** @param {import('./input.js').Sink} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#seen.set(event.pointerId, event);
    if (this.#seen.size > 1) {
      this.#join();
      return;
    }
    const { pointerId: id, clientX: x, clientY: y } = event;
    const at = this.#sink.at(event);
    const finger = { id, x, y, at, does: /** @type {Finger['does']} */ ('down'), timer: 0 };
    finger.timer = setTimeout(() => {
      finger.does = 'stay';
      navigator.vibrate?.(10);
    }, LONG_PRESS_MS);
    this.#first = finger;
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.#seen.has(event.pointerId)) return;
    this.#seen.set(event.pointerId, event);
    if (this.#pinch) this.#zoom(this.#pinch);
    const finger = this.#first;
    if (!finger || finger.id !== event.pointerId || finger.does === 'pinch') return;
    if (finger.does === 'down' || finger.does === 'stay') this.#begin(finger, event);
    const at = this.#sink.at(event);
    if (finger.does === 'drag') this.#sink.move(at);
    if (finger.does === 'scroll') {
      this.#sink.scroll(at, finger.at.x - at.x, finger.at.y - at.y);
      finger.at = at;
    }
  }

  /** @param {PointerEvent} event */
  up(event) {
    const finger = this.#first;
    if (finger?.id === event.pointerId) {
      const at = this.#sink.at(event);
      if (finger.does === 'down') this.#click(this.#placeOfTap(event, at), LEFT);
      if (finger.does === 'stay') this.#click(finger.at, RIGHT);
      if (finger.does === 'drag') this.#sink.button(at, LEFT, false);
    }
    this.#lift(event);
  }

  /** The page has taken the finger away. @param {PointerEvent} event */
  cancel(event) {
    const finger = this.#first;
    if (finger?.id === event.pointerId && finger.does === 'drag') this.#sink.button(this.#sink.at(event), LEFT, false);
    this.#lift(event);
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    this.#seen.delete(event.pointerId);
    if (this.#seen.size < 2) this.#pinch = null;
    if (this.#first?.id !== event.pointerId) return;
    clearTimeout(this.#first.timer);
    this.#first = null;
  }

  /** A finger that stays within the slop has not moved. @param {Finger} finger @param {PointerEvent} event */
  #begin(finger, event) {
    if (Math.hypot(finger.x - event.clientX, finger.y - event.clientY) < SLOP_PX) return;
    clearTimeout(finger.timer);
    if (finger.does === 'down') {
      finger.does = 'scroll';
      return;
    }
    finger.does = 'drag';
    this.#sink.move(finger.at);
    this.#sink.button(finger.at, LEFT, true);
  }

  /** A second finger makes a pinch of it, from where both are now; a third one changes nothing. */
  #join() {
    const finger = this.#first;
    if (finger) {
      clearTimeout(finger.timer);
      if (finger.does === 'drag') return;
      finger.does = 'pinch';
    }
    if (this.#seen.size === 2) this.#pinch = new Pinch(this.#spread().distance);
  }

  /** @param {Pinch} pinch */
  #zoom(pinch) {
    const { distance, x, y } = this.#spread();
    const steps = pinch.take(distance);
    if (steps) this.#sink.zoom(this.#sink.at(/** @type {PointerEvent} */ ({ clientX: x, clientY: y })), steps);
  }

  /** How far the first two fingers are apart, and the middle between them. */
  #spread() {
    const [one, two] = [...this.#seen.values()];
    const distance = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    return { distance, x: (one.clientX + two.clientX) / 2, y: (one.clientY + two.clientY) / 2 };
  }

  /** @param {PointerEvent} event @param {Point} at */
  #placeOfTap({ timeStamp: ms, clientX: x, clientY: y }, at) {
    const last = this.#tap;
    const again = ms - last.ms < DOUBLE_TAP_MS && Math.hypot(x - last.x, y - last.y) < DOUBLE_TAP_PX;
    this.#tap = { ms, x, y, at: again ? last.at : at };
    return this.#tap.at;
  }

  /** @param {Point} at @param {number} button */
  #click(at, button) {
    if (!at.inside) return;
    this.#sink.move(at);
    this.#sink.button(at, button, true);
    this.#sink.button(at, button, false);
  }
}
