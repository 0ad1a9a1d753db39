// Figures about the picture, for whoever asks for them; nothing is measured while they are not shown.
// @ts-check

import { byId, make, setText } from './dom.js';
import { LABELS } from './quality.js';
import { Type } from './protocol.js';

const EVERY_MS = 1000;
/** Presses that the middle value is taken of. */
const KEPT_PRESSES = 21;
/** A press that nothing follows (a click on a still page) is given up. */
const PRESS_MS = 2000;

/**
 * What has come so far. Counters grow from the beginning of a connection; a delay is a sum over `emitted` frames.
 * @typedef {object} Sample
 * @property {number} atMs
 * @property {number} bytes picture and sound
 * @property {number} frames decoded
 * @property {number} packets received, picture
 * @property {number} lost packets, picture
 * @property {number} bufferS
 * @property {number} emitted
 * @property {number} dropped frames
 * @property {number|null} roundTripMs of the path in use
 * @property {string} codec
 * @property {number} width
 * @property {number} height
 */

/**
 * Pure.
 * @param {any[]} reports of `RTCPeerConnection.getStats()`, W3C webrtc-stats
 * @param {number} atMs
 * @returns {Sample|null} null while no picture has come
 */
export function sampleOf(reports, atMs) {
  const inbound = reports.filter(({ type }) => type === 'inbound-rtp');
  const video = inbound.find(({ kind }) => kind === 'video');
  if (!video) return null;
  const byKey = new Map(reports.map((report) => [report.id, report]));
  const transport = reports.find(({ type }) => type === 'transport');
  const roundTripS = byKey.get(transport?.selectedCandidatePairId)?.currentRoundTripTime;
  return {
    atMs,
    bytes: inbound.reduce((sum, { bytesReceived = 0 }) => sum + bytesReceived, 0),
    frames: video.framesDecoded ?? 0,
    packets: video.packetsReceived ?? 0,
    lost: video.packetsLost ?? 0,
    bufferS: video.jitterBufferDelay ?? 0,
    emitted: video.jitterBufferEmittedCount ?? 0,
    dropped: video.framesDropped ?? 0,
    roundTripMs: roundTripS === undefined ? null : roundTripS * 1000,
    codec: byKey.get(video.codecId)?.mimeType?.replace('video/', '') ?? '',
    width: video.frameWidth ?? 0,
    height: video.frameHeight ?? 0,
  };
}

/**
 * What happened between two samples. Pure.
 * @param {Sample} before
 * @param {Sample} after
 * @returns {{ fps: number, kbitS: number, lossPercent: number, bufferMs: number|null }} a buffer's delay only of
 *   frames that came
 */
export function figures(before, after) {
  const seconds = Math.max(0.001, (after.atMs - before.atMs) / 1000);
  const lost = Math.max(0, after.lost - before.lost);
  const due = after.packets - before.packets + lost;
  const emitted = after.emitted - before.emitted;
  return {
    fps: (after.frames - before.frames) / seconds,
    kbitS: ((after.bytes - before.bytes) * 8) / 1000 / seconds,
    lossPercent: due > 0 ? (100 * lost) / due : 0,
    bufferMs: emitted > 0 ? ((after.bufferS - before.bufferS) / emitted) * 1000 : null,
  };
}

/**
 * Whether a frame can show what a press did. Pure; all times are of the page's clock, in milliseconds.
 *
 * It was captured after the press can have reached the browser, half a round trip later. The time of capture is an
 * estimate of this browser (sender reports of RTCP); where it has none, the frame must have come a round trip after
 * the press. The first such frame is the earliest that may show it: what the web page itself takes to answer, over
 * several frames perhaps, cannot be known here.
 * @param {number} pressMs
 * @param {{ captureTime?: number, receiveTime?: number }} frame as of `requestVideoFrameCallback`
 * @param {number} roundTripMs
 */
export function canShow(pressMs, { captureTime, receiveTime }, roundTripMs) {
  if (captureTime !== undefined) return captureTime > pressMs + roundTripMs / 2;
  return receiveTime === undefined || receiveTime > pressMs + roundTripMs;
}

/**
 * @param {number[]} values at least one
 * @returns {number}
 */
export function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** From a press of a key, a button or a finger to the first frame presented that can show it; see `canShow`. */
class Presses {
  /** @type {number[]} milliseconds, newest last */
  taken = [];
  roundTripMs = 0;
  #video;
  #pressMs = 0;
  #waiting = false;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /** @param {number} pressMs */
  press(pressMs) {
    if (this.#waiting && pressMs - this.#pressMs < PRESS_MS) return; // one at a time
    this.#pressMs = pressMs;
    if (!this.#waiting) this.#watch();
  }

  #watch() {
    this.#waiting = true;
    this.#video.requestVideoFrameCallback((_nowMs, frame) => {
      const took = frame.presentationTime - this.#pressMs;
      if (took < PRESS_MS && !canShow(this.#pressMs, frame, this.roundTripMs)) {
        this.#watch();
        return;
      }
      this.#waiting = false;
      if (took < PRESS_MS) this.taken = [...this.taken.slice(1 - KEPT_PRESSES), took];
    });
  }
}

export class Stats {
  #stage;
  #store;
  #list = byId('stats');
  #button = byId('toggle-stats');
  #presses;
  /** @type {Sample|null} */
  #before = null;
  /** @type {import('./protocol.js').TierNow|null} */
  #tier = null;
  #timer = 0;

  /**
   * @param {import('./stage.js').Stage} stage
   * @param {import('./store.js').Store} store
   * @param {{ surface: HTMLElement, video: HTMLVideoElement }} elements
   */
  constructor(stage, store, { surface, video }) {
    this.#stage = stage;
    this.#store = store;
    this.#presses = new Presses(video);
    this.#button.addEventListener('click', () => this.toggle());
    stage.on(Type.VIEW_TIER, (tier) => (this.#tier = tier));
    stage.on('phase', (phase) => phase === 'none' && (this.#tier = null));
    for (const kind of ['pointerdown', 'keydown']) {
      surface.addEventListener(kind, (event) => this.#pressed(event), { capture: true, passive: true });
    }
  }

  toggle() {
    this.#list.hidden = !this.#list.hidden;
    this.#button.setAttribute('aria-pressed', String(!this.#list.hidden));
    clearInterval(this.#timer);
    this.#before = null;
    if (this.#list.hidden) return;
    this.#timer = setInterval(() => this.#update(), EVERY_MS);
    this.#update();
  }

  /** @param {Event} event */
  #pressed(event) {
    const repeats = event instanceof KeyboardEvent && event.repeat;
    if (this.#list.hidden || repeats || !this.#store.driving || this.#stage.phase !== 'live') return;
    this.#presses.press(event.timeStamp);
  }

  async #update() {
    const peer = this.#stage.peer;
    const reports = peer ? [...(await peer.getStats()).values()] : [];
    if (this.#list.hidden || this.#stage.peer !== peer) return;
    const after = sampleOf(reports, performance.now());
    const before = this.#before && after && after.bytes >= this.#before.bytes ? this.#before : null;
    this.#before = after;
    this.#presses.roundTripMs = after?.roundTripMs ?? 0;
    this.#draw(after ? this.#rows(before, after) : [['Picture', 'none']]);
  }

  /**
   * @param {Sample|null} before
   * @param {Sample} after
   * @returns {Array<[string, string]>}
   */
  #rows(before, after) {
    const now = before && figures(before, after);
    const { taken } = this.#presses;
    const number = (/** @type {number|null|undefined} */ value, /** @type {string} */ unit, digits = 0) =>
      value === null || value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`;
    return [
      ['Frames', number(now?.fps, 'a second', 1)],
      ['Picture', `${after.width} × ${after.height}, ${after.codec}`],
      ['Quality', this.#tier ? (LABELS[this.#tier.tier] ?? 'Paused') : '–'],
      ['Data', number(now?.kbitS, 'kbit/s')],
      ['Round trip', number(after.roundTripMs, 'ms')],
      ['Lost', number(now?.lossPercent, '%', 1)],
      ['Buffered', number(now?.bufferMs, 'ms')],
      ['Dropped frames', String(after.dropped)],
      [
        'Press to picture',
        taken.length ? `${number(taken.at(-1), 'ms')}, mostly ${number(middle(taken), 'ms')}` : 'drive to see it',
      ],
    ];
  }

  /** @param {Array<[string, string]>} rows */
  #draw(rows) {
    while (this.#list.children.length > rows.length) this.#list.lastElementChild?.remove();
    rows.forEach(([name, value], index) => {
      const row = this.#list.children[index] ?? make('div', {}, make('dt'), make('dd'));
      if (!row.parentElement) this.#list.append(row);
      setText(/** @type {Element} */ (row.children[0]), name);
      setText(/** @type {Element} */ (row.children[1]), value);
    });
  }
}
