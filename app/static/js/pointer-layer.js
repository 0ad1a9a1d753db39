// What lies over the picture and moves with it: marks at pixels of the shared screen, with a name that fades.
// @ts-check

import { Emitter } from './emitter.js';
import { make, setText } from './dom.js';
import { pictureBox } from './geometry.js';

const STILL_MS = 3000;
const NAME_PX = 140;

/** Emits `resize` when the picture is shown at another size or place. */
export class PointerLayer extends Emitter {
  element = make('div', { id: 'pointers', class: 'pointers', 'aria-hidden': 'true' });
  #store;
  #video;

  /**
   * @param {import('./store.js').Store} store
   * @param {HTMLElement} surface
   * @param {HTMLVideoElement} video
   */
  constructor(store, surface, video) {
    super();
    this.#store = store;
    this.#video = video;
    surface.append(this.element);
    new ResizeObserver(() => this.emit('resize')).observe(surface);
    video.addEventListener('resize', () => this.emit('resize'));
  }

  /** Where the picture lies in the layer, and how many CSS pixels a pixel of the screen is wide. */
  get view() {
    const screen = this.#store.state.browser ?? { width: 1280, height: 720 };
    const { videoWidth, videoHeight, offsetLeft: left, offsetTop: top, offsetWidth, offsetHeight } = this.#video;
    const picture = videoWidth ? { width: videoWidth, height: videoHeight } : screen;
    const box = pictureBox({ left, top, width: offsetWidth, height: offsetHeight }, picture);
    return { box, screen, picture, scale: box.width / screen.width };
  }
}

/** One thing at one pixel of the shared screen. */
export class Mark {
  element;
  #layer;
  #label = make('span', { class: 'pointer-name' });
  #place = { x: 0, y: 0 };
  #timer = 0;
  #onStill;
  #forget;

  /**
   * @param {PointerLayer} layer
   * @param {Element} picture its hot spot at the mark's own place
   * @param {(mark: Mark) => void} [onStill] it has not moved for some seconds
   */
  constructor(layer, picture, onStill = () => {}) {
    this.#layer = layer;
    this.#onStill = onStill;
    this.element = make('div', { class: 'pointer', hidden: '' }, picture, this.#label);
    layer.element.append(this.element);
    this.#forget = layer.on('resize', () => this.#draw());
  }

  /** @param {number} x @param {number} y pixels of the shared screen */
  moveTo(x, y) {
    this.#place = { x, y };
    this.element.hidden = false;
    this.element.classList.remove('still');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.element.classList.add('still');
      this.#onStill(this);
    }, STILL_MS);
    this.#draw();
  }

  /** @param {string} text @param {number} hue */
  setName(text, hue) {
    setText(this.#label, text);
    this.#label.hidden = !text;
    this.#label.className = `pointer-name hue-${hue}`;
  }

  remove() {
    this.hide();
    this.#forget();
    this.element.remove();
  }

  hide() {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }

  #draw() {
    const { box, screen } = this.#layer.view;
    // The screen has become smaller: where it is now will be told.
    if (this.#place.x >= screen.width || this.#place.y >= screen.height) this.hide();
    const left = box.left + ((this.#place.x + 0.5) / screen.width) * box.width;
    const top = box.top + ((this.#place.y + 0.5) / screen.height) * box.height;
    // A name shall not leave the picture.
    this.element.classList.toggle('from-right', left > box.left + box.width - NAME_PX);
    this.element.style.transform = `translate(${left.toFixed(2)}px, ${top.toFixed(2)}px)`;
  }
}
