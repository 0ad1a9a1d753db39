// What this person has set in one room, on this device: kept for the next visit where the browser allows it.
// @ts-check

export class Kept {
  #room;

  /** @param {string} room its slug */
  constructor(room) {
    this.#room = room;
  }

  /** @returns {number} how loud, 0 to 1; 1 when nothing sensible is kept */
  get volume() {
    const volume = Number.parseFloat(this.get('volume') ?? '1');
    return volume >= 0 && volume <= 1 ? volume : 1;
  }

  /** @returns {boolean} whether the sound is off */
  get muted() {
    return this.get('muted') === 'true';
  }

  /** @param {string} name @returns {string|null} null when nothing is kept */
  get(name) {
    try {
      return localStorage.getItem(this.#key(name));
    } catch {
      return null; // storage is switched off
    }
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    try {
      localStorage.setItem(this.#key(name), value);
    } catch {
      // storage is switched off: it lasts as long as the page
    }
  }

  /** @param {string} name */
  #key(name) {
    return `turtus:${name}:${this.#room}`;
  }
}
