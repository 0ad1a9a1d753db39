// The pointer of the shared screen, drawn once: as the driver's own cursor, and over the picture for all others.
// @ts-check

import { make } from './dom.js';
import { hueOf } from './people.js';
import { Mark } from './pointer-layer.js';
import { Type } from './protocol.js';

/** @typedef {import('./protocol.js').CursorShape} CursorShape */

/** Browsers take no larger image for a cursor. */
export const MAX_CURSOR_PX = 128;
/** On a small picture a pointer of its scale could not be seen. */
const MIN_SCALE = 0.5;

/**
 * The size at which a shape is drawn, in CSS pixels, hot spot included. Pure.
 * @param {CursorShape} shape
 * @param {number} scale CSS pixels of a screen pixel
 */
export function drawnSize(shape, scale) {
  const by = Math.max(MIN_SCALE, scale);
  return {
    width: Math.max(1, Math.round(shape.width * by)),
    height: Math.max(1, Math.round(shape.height * by)),
    x: Math.round(shape.hot_x * by),
    y: Math.round(shape.hot_y * by),
  };
}

/**
 * What the CSS property `cursor` says; null when no browser would take it.
 * @param {{ width: number, height: number, x: number, y: number }} size
 * @param {string} url of an image of that size times `ratio`
 * @param {number} ratio pixels of the device in a CSS pixel
 */
export function cursorCss({ width, height, x, y }, url, ratio) {
  if (Math.max(width, height) > MAX_CURSOR_PX) return null;
  const image = ratio === 1 ? `url("${url}")` : `image-set(url("${url}") ${ratio}x)`;
  return `${image} ${x} ${y}, default`;
}

export class Cursor {
  #store;
  #surface;
  #layer;
  #image = /** @type {HTMLImageElement} */ (make('img', { class: 'pointer-shape', alt: '' }));
  #mark;
  /** @type {CursorShape|null} */
  #shape = null;
  /** @type {{ x: number, y: number }|null} */
  #place = null;
  #css = '';
  /** Whether the person's own cursor cannot be this one: a finger has none, a giant one is not taken. */
  #drawn = false;
  #touch = false;

  /**
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {HTMLElement} surface
   * @param {import('./pointer-layer.js').PointerLayer} layer
   */
  constructor(store, stage, surface, layer) {
    this.#store = store;
    this.#surface = surface;
    this.#layer = layer;
    this.#mark = new Mark(layer, this.#image);
    stage.on(Type.VIEW_CURSOR, (shape) => this.#reshape(shape));
    stage.on(Type.VIEW_POINTER, ({ x, y }) => this.#moved(x, y));
    stage.on('phase', (phase) => phase === 'none' && this.#forget());
    store.on('change', (state, before) => {
      if (state.control !== before.control || state.peers !== before.peers) this.#draw();
    });
    layer.on('resize', () => this.#redraw());
    surface.addEventListener('pointerdown', ({ pointerType }) => this.#follow(pointerType === 'touch'), true);
    surface.addEventListener('pointermove', ({ pointerType }) => this.#follow(pointerType === 'touch'), true);
  }

  /** @param {boolean} touch */
  #follow(touch) {
    if (touch === this.#touch) return;
    this.#touch = touch;
    this.#draw();
  }

  /** @param {CursorShape} shape */
  #reshape(shape) {
    this.#shape = shape;
    this.#image.src = shape.png ? `data:image/png;base64,${shape.png}` : '';
    this.#redraw();
  }

  /** @param {number} x @param {number} y */
  #moved(x, y) {
    this.#place = { x, y };
    this.#mark.moveTo(x, y);
    this.#draw();
  }

  #forget() {
    this.#shape = this.#place = null;
    this.#css = '';
    this.#draw();
  }

  /** Another shape, or another scale. */
  async #redraw() {
    const shape = this.#shape;
    if (!shape) return;
    const { scale } = this.#layer.view;
    const size = drawnSize(shape, scale);
    const { style } = this.#image;
    style.width = `${size.width}px`;
    style.height = `${size.height}px`;
    style.left = `${-size.x}px`;
    style.top = `${-size.y}px`;
    const css = shape.png ? await this.#paint(size) : 'none';
    if (shape !== this.#shape || scale !== this.#layer.view.scale) return; // overtaken
    this.#drawn = css === null;
    this.#css = css ?? 'none';
    this.#draw();
  }

  /** @param {{ width: number, height: number, x: number, y: number }} size */
  async #paint(size) {
    const ratio = devicePixelRatio || 1;
    try {
      await this.#image.decode();
    } catch {
      return 'default'; // another shape came in between
    }
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    canvas.getContext('2d')?.drawImage(this.#image, 0, 0, canvas.width, canvas.height);
    return cursorCss(size, canvas.toDataURL(), ratio);
  }

  #draw() {
    const { driving } = this.#store;
    const own = driving && !this.#touch;
    this.#surface.style.cursor = own ? this.#css : '';
    const hidden = !this.#shape?.png || !this.#place || (own && !this.#drawn);
    if (hidden) this.#mark.hide();
    else this.#mark.element.hidden = false;
    const { holder } = this.#store.state.control;
    const name = holder && !driving ? this.#store.nameOf(holder) : '';
    this.#mark.setName(name, hueOf(name));
  }
}
