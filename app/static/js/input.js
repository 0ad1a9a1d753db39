// Driving: what mouse, finger and keys do over the picture becomes frames of the input channel.
// @ts-check

import { toScreen } from './geometry.js';
import { Keyboard } from './keyboard.js';
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
 * @property {(at: Point, dxPx: number, dyPx: number) => void} scroll by a finger
 * @property {(keysym: number, down: boolean) => void} key
 * @property {() => void} release
 * @property {() => void} letGo
 * @property {() => void} focus
 */

/** Above this the way is slow: a move that nobody will see is not worth sending. */
const MAX_BUFFERED_BYTES = 4096;

export class Input {
  #signal;
  #store;
  #stage;
  #surface;
  #video;
  #keyboard;
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
    document.addEventListener('visibilitychange', () => document.hidden && this.#keyboard.release());
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
        this.#send(buttonFrame(this.#epoch, x, y, button, down));
      },
      wheel: ({ x, y }, dx, dy) => this.#send(wheelFrame(this.#epoch, x, y, dx, dy)),
      scroll: (at, deltaX, deltaY) => {
        const { dx, dy } = finger.take({ deltaX, deltaY, deltaMode: 0 });
        if (dx || dy) sink.wheel(at, dx, dy);
      },
      key: (keysym, down) => this.#send(keyFrame(this.#epoch, keysym, down)),
      release: () => this.#send(releaseFrame(this.#epoch)),
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
    if (place === this.#last || (this.#stage.channel?.bufferedAmount ?? 0) > MAX_BUFFERED_BYTES) return;
    this.#last = place;
    this.#send(moveFrame(this.#epoch, x, y));
  }

  /** @param {ArrayBuffer} frame */
  #send(frame) {
    if (this.#kept) this.#kept.push(frame);
    else if (this.active) this.#stage.channel?.send(frame);
  }

  #clickToDrive() {
    if (this.#stage.phase === 'live' && this.#store.state.control.state === 'FREE') {
      this.#signal.send({ type: Type.CONTROL_TAKE });
    }
  }
}
