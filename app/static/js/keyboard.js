// Keys, input methods and virtual keyboards -> key events of the shared screen. No key stays stuck.
// @ts-check

import { isCharacter, keysymOfKey, keysymOfShortcut, keysymsOfText } from './keysyms.js';
import { textChange } from './text-change.js';

const ESCAPE_TWICE_MS = 500;
const BACKSPACE = 0xff08;
const CONTROL_L = 0xffe3;
const COMPOSING = 229; // KeyboardEvent.keyCode while an input method has the key
/** Something to erase, or a virtual keyboard would not tell of its backspace key. */
const FILLER = ' '.repeat(16);
const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta'];

export class Keyboard {
  #area;
  #sink;
  #mac;
  /** @type {Map<string, { key: string, keysym: number }>} what is down there, by the key that was pressed here */
  #held = new Map();
  #escapeMs = -Infinity;
  #text = FILLER;
  #virtual = false;

  /**
   * @param {HTMLTextAreaElement} area takes the keys while it has the focus
   * @param {import('./input.js').Sink} sink
   * @param {boolean} [mac] whether Command stands in for Control
   */
  constructor(area, sink, mac = /mac|iphone|ipad/i.test(navigator.platform)) {
    this.#area = area;
    this.#sink = sink;
    this.#mac = mac;
    area.addEventListener('keydown', (event) => sink.active() && this.#down(event));
    area.addEventListener('keyup', (event) => sink.active() && this.#up(event));
    area.addEventListener('input', (event) => this.#typed(/** @type {InputEvent} */ (event)));
    area.addEventListener('compositionend', () => this.#flush());
    area.addEventListener('blur', () => this.release());
    this.#reset();
  }

  /** Open the phone's own keyboard; from inside a tap. */
  openVirtual() {
    this.#virtual = true;
    this.#area.inputMode = 'text';
    this.#area.blur();
    this.#reset();
    this.#area.focus({ preventScroll: true });
  }

  /** Take the keys, without a virtual keyboard. */
  focus() {
    this.#virtual = false;
    this.#area.inputMode = 'none';
    this.#area.focus({ preventScroll: true });
  }

  /** Whether a key is down over there. */
  get holding() {
    return this.#held.size > 0;
  }

  /** Nothing is down over there any more, whoever let it go. */
  forget() {
    this.#held.clear();
  }

  /** Let everything go. */
  release() {
    this.forget();
    this.#reset();
    this.#sink.release();
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    if (event.isComposing || event.keyCode === COMPOSING) return; // its text comes as input
    if (event.getModifierState('AltGraph')) this.#lift('Control', 'Alt');
    const keysym = this.#keysym(event);
    if (keysym === null) return; // dead keys: the next event has the letter
    event.preventDefault();
    this.#letGoOfForgotten(event);
    if (event.repeat) {
      this.#repeat(event, keysym);
      return;
    }
    if (event.key === 'Escape' && this.#secondEscape(event)) return;
    if (event.key !== 'Escape') this.#escapeMs = -Infinity;
    if (this.#mac && isCharacter(event.key) && event.altKey && !event.ctrlKey) this.#lift('Alt');
    const id = event.code || event.key;
    this.#sink.key(keysym, true);
    // With Command down, a Mac never tells that another key came up.
    if (this.#mac && event.metaKey && event.key !== 'Meta') this.#sink.key(keysym, false);
    else this.#held.set(id, { key: event.key, keysym });
  }

  /**
   * A key that is down repeats over there by itself; a symbol that was tapped there is tapped again.
   * @param {KeyboardEvent} event
   * @param {number} keysym
   */
  #repeat(event, keysym) {
    if (isCharacter(event.key) && this.#held.get(event.code || event.key)?.keysym === keysym) this.#sink.key(keysym, true);
  }

  /** @param {KeyboardEvent} event */
  #up(event) {
    const id = event.code || event.key;
    const held = this.#held.get(id);
    if (held) {
      event.preventDefault();
      this.#held.delete(id);
      this.#sink.key(held.keysym, false);
    }
    this.#letGoOfForgotten(event);
  }

  /** @param {KeyboardEvent} event */
  #keysym(event) {
    if (this.#mac && event.key === 'Meta') return CONTROL_L;
    const shortcut = event.ctrlKey || event.metaKey || (event.altKey && !this.#mac);
    return shortcut && !event.getModifierState('AltGraph') ? keysymOfShortcut(event) : keysymOfKey(event);
  }

  /** @param {KeyboardEvent} event */
  #secondEscape(event) {
    const twice = event.timeStamp - this.#escapeMs < ESCAPE_TWICE_MS;
    this.#escapeMs = twice ? -Infinity : event.timeStamp;
    if (twice) this.#sink.letGo();
    return twice;
  }

  /**
   * A modifier may come up while another window has the keys.
   * @param {KeyboardEvent} event
   */
  #letGoOfForgotten(event) {
    this.#lift(...MODIFIERS.filter((name) => name !== event.key && !event.getModifierState(name)));
  }

  /** @param {...string} names of modifiers */
  #lift(...names) {
    for (const [id, { key, keysym }] of this.#held) {
      if (!names.includes(key)) continue;
      this.#held.delete(id);
      this.#sink.key(keysym, false);
    }
  }

  /** @param {InputEvent} event */
  #typed(event) {
    if (this.#virtual) this.#follow();
    if (!event.isComposing) this.#flush();
  }

  /** A virtual keyboard changes words after the fact: follow each change at once. */
  #follow() {
    const { erase, text } = textChange(this.#text, this.#area.value);
    this.#text = this.#area.value;
    this.#press(Array(erase).fill(BACKSPACE));
    this.#press(keysymsOfText(text));
  }

  #flush() {
    this.#follow();
    this.#reset();
  }

  /** @param {number[]} keysyms */
  #press(keysyms) {
    if (!this.#sink.active()) return;
    for (const keysym of keysyms) {
      this.#sink.key(keysym, true);
      this.#sink.key(keysym, false);
    }
  }

  #reset() {
    this.#text = FILLER;
    this.#area.value = FILLER;
    this.#area.setSelectionRange(FILLER.length, FILLER.length);
  }
}
