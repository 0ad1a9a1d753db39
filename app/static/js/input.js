// Driving: what mouse, finger and keys do over the picture becomes frames of the input channel.
// @ts-check

import { toScreen } from './geometry.js';
import { Keyboard } from './keyboard.js';
import { Pace } from './pace.js';
import { followMouse, Wheel } from './pointer.js';
import { buttonFrame, keyFrame, moveFrame, releaseFrame, Type, wheelFrame } from './protocol.js';
import { followTouch } from './touch.js';

/** @typedef {{ x: number, y: number, inside: boolean }} Point */
/**
 * Where mouse, touch and keyboard put what they saw.
 * @typedef {object} Sink
 * @property {() => boolean} active whether this person drives and the way is open
 * @property {(event: MouseEvent) => Point} at
 * @property {(at: Point) => void} move
 * @property {(at: Point, button: number, down: boolean) => void} button
 * @property {(at: Point, dx: number, dy: number) => void} wheel
 * @property {(at: Point, dx: number, dy: number) => void} scroll by a finger, in pixels of the screen
 * @property {(at: Point, steps: number) => void} zoom by two fingers; above 0 is larger
 * @property {(keysym: number, down: boolean) => void} key
 * @property {() => void} release
 * @property {() => void} letGo
 * @property {() => void} focus
 */

/** Above this the way is slow: a move that nobody will see is not worth sending. */
const MAX_BUFFERED_BYTES = 4096;
/** Firefox scrolls 114 pixels for a notch, of which a wheel says that it is 100; a finger means what it says. */
const FINGER = 100 / 114;
const NOTCH = 120;
const CONTROL_L = 0xffe3;
/** Whoever holds something says so this often, or the agent lets it go: with a key that is none and was never down. */
const HOLDING_MS = 500;
const NO_KEY = 0xffffff;

export class Input {
  #signal;
  #store;
  #stage;
  #surface;
  #video;
  #keyboard;
  #pace = new Pace((frame) => this.active && this.#stage.channel?.send(frame));
  /** @type {Set<number>} buttons that are down over there */
  #buttons = new Set();
  #last = '';
  /** @type {ArrayBuffer[]|null} what waits for something that must come first */
  #kept = null;

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {{ surface: HTMLElement, video: HTMLVideoElement, keys: HTMLTextAreaElement }} elements
   */
  constructor(signal, store, stage, { surface, video, keys }) {
    this.#signal = signal;
    this.#store = store;
    this.#stage = stage;
    this.#surface = surface;
    this.#video = video;
    const sink = this.#sink();
    this.#keyboard = new Keyboard(keys, sink);
    followMouse(surface, sink);
    followTouch(surface, sink);
    surface.addEventListener('click', () => this.#clickToDrive());
    addEventListener('blur', () => this.#keyboard.release());
    addEventListener('pagehide', () => this.#keyboard.release());
    document.addEventListener('visibilitychange', () => document.hidden && this.#keyboard.release());
    document.addEventListener('fullscreenchange', () => this.#lockKeys());
    store.on('change', ({ control }, before) => control.epoch !== before.control.epoch && this.#startAnew());
    stage.on('channel', () => this.#startAnew());
    setInterval(() => this.#tellHolding(), HOLDING_MS);
  }

  get active() {
    return this.#store.driving && this.#stage.channel?.readyState === 'open';
  }

  /** Let the keys go to the shared screen. */
  focus() {
    this.#keyboard.focus();
  }

  /** Keep back what is done from now on, in order. */
  hold() {
    this.#kept ??= [];
  }

  /**
   * Press these keys together, then do what was kept back.
   * @param {number[]} keysyms
   */
  flow(keysyms) {
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const keysym of keysyms) this.#send(keyFrame(this.#epoch, keysym, true));
    for (const keysym of keysyms.toReversed()) this.#send(keyFrame(this.#epoch, keysym, false));
    for (const frame of kept) this.#send(frame);
  }

  /** Open the phone's keyboard. */
  openKeyboard() {
    this.#keyboard.openVirtual();
  }

  /** @returns {Sink} */
  #sink() {
    const finger = new Wheel();
    /** @type {Sink} */
    const sink = {
      active: () => this.active,
      at: (event) => this.#at(event),
      move: ({ x, y }) => this.#move(x, y),
      button: ({ x, y }, button, down) => {
        this.#last = '';
        if (down) this.#buttons.add(button);
        else this.#buttons.delete(button);
        this.#send(buttonFrame(this.#epoch, x, y, button, down));
      },
      wheel: ({ x, y }, dx, dy) => this.#send(wheelFrame(this.#epoch, x, y, dx, dy)),
      scroll: (at, deltaX, deltaY) => {
        const { dx, dy } = finger.take({ deltaX, deltaY: deltaY * FINGER, deltaMode: 0 });
        if (dx || dy) sink.wheel(at, dx, dy);
      },
      zoom: (at, steps) => {
        sink.key(CONTROL_L, true);
        sink.wheel(at, 0, -steps * NOTCH);
        sink.key(CONTROL_L, false);
      },
      key: (keysym, down) => this.#send(keyFrame(this.#epoch, keysym, down)),
      release: () => {
        this.#buttons.clear();
        this.#send(releaseFrame(this.#epoch));
      },
      letGo: () => this.#signal.send({ type: Type.CONTROL_RELEASE }),
      focus: () => this.focus(),
    };
    return sink;
  }

  get #epoch() {
    return this.#store.state.control.epoch;
  }

  /** @param {MouseEvent} event */
  #at({ clientX: x, clientY: y }) {
    const screen = this.#store.state.browser ?? { width: 1280, height: 720 };
    const { videoWidth, videoHeight } = this.#video;
    const picture = videoWidth ? { width: videoWidth, height: videoHeight } : screen;
    return toScreen({ x, y }, this.#video.getBoundingClientRect(), picture, screen);
  }

  /** @param {number} x @param {number} y */
  #move(x, y) {
    const place = `${x},${y}`;
    if (place === this.#last || this.#pace.late || (this.#stage.channel?.bufferedAmount ?? 0) > MAX_BUFFERED_BYTES) return;
    this.#last = place;
    this.#send(moveFrame(this.#epoch, x, y));
  }

  /** @param {ArrayBuffer} frame */
  #send(frame) {
    if (this.#kept) this.#kept.push(frame);
    else if (this.active) this.#pace.put(frame);
  }

  /** Control or the connection has changed: over there nothing is down any more. */
  #startAnew() {
    this.#pace.forget();
    this.#buttons.clear();
    this.#keyboard.forget();
  }

  #tellHolding() {
    if (this.#buttons.size || this.#keyboard.holding) this.#send(keyFrame(this.#epoch, NO_KEY, false));
  }

  /** In full screen even Ctrl+T, Ctrl+W and Alt+Tab can go to the shared browser, where the page's browser lets them. */
  #lockKeys() {
    const { keyboard } = /** @type {Navigator & { keyboard?: { lock(): Promise<void>, unlock(): void } }} */ (navigator);
    if (document.fullscreenElement) keyboard?.lock?.().catch(() => {});
    else keyboard?.unlock?.();
  }

  #clickToDrive() {
    if (this.#stage.phase === 'live' && this.#store.state.control.state === 'FREE') {
      this.#signal.send({ type: Type.CONTROL_TAKE });
    }
  }
}
