// Members show each other something on the picture: positions only, nothing is moved or pressed.
// @ts-check

import { notice } from './bar.js';
import { byId, setButton } from './dom.js';
import { toScreen } from './geometry.js';
import { hueOf } from './people.js';
import { Mark } from './pointer-layer.js';
import { Type } from './protocol.js';

const TELL_EVERY_MS = 50;
const SVG = 'http://www.w3.org/2000/svg';

/** An arrow whose tip is at the mark's place. @param {number} hue */
function arrow(hue) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'pointer-arrow');
  svg.setAttribute('viewBox', '0 0 20 24');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M1 1v18l5-4.5 3.4 7.3 3.4-1.6-3.4-7.2H16z');
  svg.append(path);
  svg.style.fill = `var(--face-${hue})`;
  return svg;
}

export class Pointing {
  #store;
  #stage;
  #video;
  #surface;
  #layer;
  #button = byId('point');
  #on = false;
  #shown = false;
  #timer = 0;
  /** @type {{ x: number, y: number }|null} what is not told yet */
  #next = null;
  /** @type {Map<string, Mark>} */
  #marks = new Map();

  /**
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {{ surface: HTMLElement, video: HTMLVideoElement }} elements
   * @param {import('./pointer-layer.js').PointerLayer} layer
   */
  constructor(store, stage, { surface, video }, layer) {
    this.#store = store;
    this.#stage = stage;
    this.#surface = surface;
    this.#video = video;
    this.#layer = layer;
    this.#button.addEventListener('click', () => this.#turn(!this.#on));
    for (const name of ['pointermove', 'pointerdown']) {
      surface.addEventListener(name, (event) => this.#follow(/** @type {PointerEvent} */ (event)));
    }
    // A tap that shows something does not take the wheel.
    surface.addEventListener('click', (event) => this.#on && !store.driving && event.stopImmediatePropagation(), true);
    stage.on(Type.VIEW_POINTED, (message) => this.#pointed(message));
    stage.on('view', (open) => !open && this.#clear());
    store.on('change', (state, before) => state.peers !== before.peers && this.#sweep());
  }

  /** @param {boolean} on */
  #turn(on) {
    this.#on = on;
    this.#button.setAttribute('aria-pressed', String(on));
    setButton(this.#button, on ? 'Stop pointing' : 'Point at something');
    this.#surface.classList.toggle('pointing', on);
    const finger = matchMedia('(pointer: coarse)').matches;
    if (on) notice(`The others see where you ${finger ? 'touch the picture' : 'point. Holding Alt does the same for a moment'}.`);
    else this.#withdraw();
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    if (!(this.#on || event.altKey) || this.#store.driving) return;
    const { screen, picture } = this.#layer.view;
    const at = toScreen({ x: event.clientX, y: event.clientY }, this.#video.getBoundingClientRect(), picture, screen);
    if (!at.inside) return;
    this.#next = { x: at.x, y: at.y };
    if (!this.#timer) this.#tell();
  }

  #tell() {
    this.#timer = 0;
    if (!this.#next) return;
    this.#shown = this.#stage.tell({ type: Type.VIEW_POINT, ...this.#next });
    this.#next = null;
    this.#timer = setTimeout(() => this.#tell(), TELL_EVERY_MS);
  }

  #withdraw() {
    this.#next = null;
    if (this.#shown) this.#stage.tell({ type: Type.VIEW_POINT, x: 0, y: 0, shown: false });
    this.#shown = false;
  }

  /** @param {import('./protocol.js').PeerPointsAt} message */
  #pointed({ peer, x, y, shown }) {
    if (!shown) {
      this.#marks.get(peer)?.hide();
      return;
    }
    const mark = this.#marks.get(peer) ?? this.#newMark(peer);
    mark.moveTo(x, y);
  }

  /** @param {string} peer */
  #newMark(peer) {
    const name = this.#store.nameOf(peer);
    const mark = new Mark(this.#layer, arrow(hueOf(name)), () => mark.hide());
    mark.setName(name, hueOf(name));
    this.#marks.set(peer, mark);
    return mark;
  }

  /** Nobody points who is not here. */
  #sweep() {
    for (const [peer, mark] of this.#marks) {
      if (this.#store.state.peers.some(({ id }) => id === peer)) continue;
      mark.remove();
      this.#marks.delete(peer);
    }
  }

  #clear() {
    this.#shown = false;
    for (const mark of this.#marks.values()) mark.hide();
  }
}
