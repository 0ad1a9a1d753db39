// The clipboard of the shared browser and that of the person who drives: copied there, pasted here, and back.
// @ts-check

import { notice } from './bar.js';
import { byId } from './dom.js';
import { CLIPBOARD_PART_CHARS, MAX_CLIPBOARD_BYTES, Type } from './protocol.js';

const ANSWER_MS = 3000;
/** A browser that lets a page paste does so at once. */
const PASTE_MS = 150;
const CONTROL_L = 0xffe3;
const INSERT = 0xff63;
const TOO_LONG = `This text is too long: ${MAX_CLIPBOARD_BYTES / 1024} KiB can be copied and pasted at most.`;
const REFUSED =
  'Your browser does not let this page read your clipboard. Click into the picture and press Ctrl+V, or paste with your phone’s keyboard.';

/**
 * The key that a press of it means to paste with; null when it does not. Pure.
 * @param {{ key: string, code: string, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, altKey: boolean }} event
 * @param {boolean} mac
 * @returns {number|null} keysym
 */
export function pasteKey({ key, code, ctrlKey, metaKey, shiftKey, altKey }, mac) {
  if (altKey) return null;
  if (key === 'Insert') return shiftKey && !ctrlKey && !metaKey ? INSERT : null;
  const modified = mac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  // Where another alphabet is on the keys, the place of the key says it.
  const latin = /^[a-z]$/i.test(key);
  if (!modified || (latin ? key.toLowerCase() !== 'v' : code !== 'KeyV')) return null;
  return (shiftKey ? 'V' : 'v').charCodeAt(0);
}

/**
 * A text in parts that the channel carries; no character is cut in two. Pure.
 * @param {string} text
 * @returns {string[]}
 */
export function parts(text) {
  const found = [];
  for (let at = 0; at < text.length; ) {
    let end = at + CLIPBOARD_PART_CHARS;
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

export class Clipboard {
  #store;
  #stage;
  #input;
  #mac;
  #offer = byId('copy-offer');
  #button = byId('paste');
  #number = 0;
  /** @type {((ok: boolean) => void)|null} */
  #answered = null;
  /** @type {number|null} the key that was pressed, until its text is known */
  #pressed = null;
  #timer = 0;
  #arriving = '';
  /** @type {string|null} what is on the shared clipboard, as far as this page knows */
  #there = null;
  /** @type {string|null} what was last seen on this person's */
  #here = null;
  /** @type {string|null} what was copied there, and could not be put here */
  #owed = null;

  /**
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {import('./input.js').Input} input
   * @param {HTMLTextAreaElement} keys
   * @param {boolean} [mac]
   */
  constructor(store, stage, input, keys, mac = /mac|iphone|ipad/i.test(navigator.platform)) {
    this.#store = store;
    this.#stage = stage;
    this.#input = input;
    this.#mac = mac;
    // Before the keyboard sees it.
    keys.addEventListener('keydown', (event) => input.active && this.#keyDown(event), true);
    keys.addEventListener('paste', (event) => this.#pasted(event));
    this.#button.addEventListener('click', () => this.#pasteByButton());
    byId('copy-here').addEventListener('click', () => this.#owed !== null && this.#putHere(this.#owed));
    byId('copy-not').addEventListener('click', () => this.#setOwed(null));
    stage.on(Type.VIEW_CLIPBOARD_DONE, ({ number, ok }) => number === this.#number && this.#answered?.(ok));
    stage.on(Type.VIEW_CLIPBOARD, (message) => this.#copiedThere(message));
    store.on('change', (state, before) => state.control !== before.control && this.#driverChanged());
    this.#driverChanged();
  }

  #driverChanged() {
    this.#button.hidden = !this.#store.driving;
    if (this.#store.driving) return;
    this.#there = null;
    this.#setOwed(null);
  }

  // pasting

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    const keysym = pasteKey(event, this.#mac);
    if (keysym === null) return;
    event.stopImmediatePropagation();
    if (event.repeat || this.#pressed !== null) {
      event.preventDefault();
      return;
    }
    this.#pressed = keysym;
    this.#input.hold();
    // Nothing to paste here: what is on the clipboard there is meant.
    this.#timer = setTimeout(() => this.#press([keysym]), PASTE_MS);
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    event.preventDefault();
    const keysym = this.#pressed;
    if (keysym === null && !this.#input.active) return;
    clearTimeout(this.#timer);
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!text && event.clipboardData?.files.length) {
      if (keysym !== null) this.#press([]); // files.js takes them
      return;
    }
    if (keysym === null) this.#input.hold();
    this.#paste(text, keysym === null ? [CONTROL_L, 'v'.charCodeAt(0)] : [keysym]);
  }

  async #pasteByButton() {
    let text = '';
    try {
      text = await navigator.clipboard.readText();
    } catch {
      notice(REFUSED);
      return;
    }
    this.#input.focus();
    this.#input.hold();
    await this.#paste(text, [CONTROL_L, 'v'.charCodeAt(0)]);
  }

  /**
   * First the text, then the key: the other way round the old text would be pasted.
   * @param {string} text
   * @param {number[]} keysyms pressed together
   */
  async #paste(text, keysyms) {
    const known = text === this.#there || (this.#owed !== null && text === this.#here);
    const there = text === '' || known || (await this.#put(text));
    if (text !== '') this.#here = text;
    this.#press(there ? keysyms : []);
  }

  /** @param {string} text @returns {Promise<boolean>} whether it can be pasted there now */
  async #put(text) {
    if (new TextEncoder().encode(text).length > MAX_CLIPBOARD_BYTES) {
      notice(TOO_LONG);
      return false;
    }
    const number = (this.#number += 1);
    const { epoch } = this.#store.state.control;
    const answer = new Promise((resolve) => {
      this.#answered = resolve;
      setTimeout(() => resolve(false), ANSWER_MS);
    });
    const pieces = parts(text);
    const told = pieces.every((piece, index) =>
      this.#stage.tell({ type: Type.VIEW_CLIPBOARD_SET, epoch, number, text: piece, more: index < pieces.length - 1 }),
    );
    const ok = told && (await answer);
    if (ok) this.#setThere(text);
    else notice('That could not be pasted. Try again.');
    return ok;
  }

  /** @param {number[]} keysyms */
  #press(keysyms) {
    this.#pressed = null;
    this.#input.flow(keysyms);
  }

  /** @param {string} text */
  #setThere(text) {
    this.#there = text;
    this.#setOwed(null);
  }

  // copying

  /** @param {import('./protocol.js').ClipboardText} message */
  #copiedThere({ epoch, text, more, goes_on, too_large }) {
    const before = this.#arriving;
    this.#arriving = '';
    if (!this.#store.driving || epoch !== this.#store.state.control.epoch) return;
    if (too_large) {
      this.#there = null;
      notice(`Copied in the shared browser, not on your device. ${TOO_LONG}`);
      return;
    }
    if (goes_on && !before) return; // its beginning has not come
    const whole = goes_on ? before + text : text;
    if (whole.length > MAX_CLIPBOARD_BYTES) return;
    if (more) {
      this.#arriving = whole;
      return;
    }
    this.#setThere(whole);
    this.#putHere(whole);
  }

  /** @param {string} text */
  async #putHere(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (this.#there === text) this.#setOwed(text); // a browser may want to see a click first
      return;
    }
    this.#here = text;
    this.#setOwed(null);
  }

  /** @param {string|null} text */
  #setOwed(text) {
    this.#owed = text;
    this.#offer.hidden = text === null;
  }
}
