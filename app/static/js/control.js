// Who drives: always visible, and the buttons to take, ask for, give and let go of control.
// @ts-check

import { announce, byId, make, setButton, setText } from './dom.js';
import { Type } from './protocol.js';

/** @typedef {import('./store.js').Store} Store */

/**
 * What the bar says and offers. Pure.
 * @param {object} room
 * @param {import('./store.js').RoomState} room.state
 * @param {string|null} room.myId
 * @param {boolean} room.isOwner
 * @param {(id: string) => string} room.nameOf
 * @param {(id: string) => boolean} room.isMe whether a place is this person's, perhaps on another device
 */
export function controlView({ state, myId, isOwner, nameOf, isMe }) {
  const { holder, requests = [] } = state.control;
  const mine = holder !== null && holder !== undefined && holder === myId;
  const asked = myId !== null && requests.includes(myId);
  if (holder && !mine && isMe(holder)) {
    return { mine, asked, driver: 'You drive on another device', take: 'Drive here', asking: [] };
  }
  const driver = mine ? 'You drive' : holder ? `${nameOf(holder)} drives` : 'Nobody drives';
  const take = !holder ? 'Take control' : isOwner ? 'Take over' : 'Ask to drive';
  return { mine, asked, driver, take, asking: mine ? requests : [] };
}

export class Control {
  #signal;
  #store;
  #stage;
  #take = byId('take-control');
  #release = byId('release-control');
  #driver = byId('driver');

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {import('./input.js').Input} input
   */
  constructor(signal, store, stage, input) {
    this.#signal = signal;
    this.#store = store;
    this.#stage = stage;
    this.#take.addEventListener('click', () => {
      const { asked } = this.#view();
      signal.send({ type: asked ? Type.CONTROL_RELEASE : Type.CONTROL_TAKE });
    });
    this.#release.addEventListener('click', () => signal.send({ type: Type.CONTROL_RELEASE }));
    store.on('change', (state, before) => {
      this.draw();
      if (state.control !== before.control) this.#changed(before, input);
    });
    stage.on('phase', () => this.draw());
    this.draw();
  }

  draw() {
    const { mine, asked, driver, take, asking } = this.#view();
    const live = this.#stage.running;
    byId('room').classList.toggle('driving', mine && live);
    byId('drive-hint').hidden = !mine || !live;
    setText(this.#driver, driver);
    this.#driver.hidden = !live;
    this.#driver.dataset.who = mine ? 'me' : this.#store.state.control.holder ? 'other' : 'nobody';
    this.#take.hidden = mine || !live;
    this.#release.hidden = !mine || !live;
    byId('open-keyboard').hidden = !mine || !live;
    setButton(this.#take, asked ? 'Stop asking' : take, asked ? 'close' : 'wheel');
    this.#take.classList.toggle('primary', !asked);
    this.#drawAsking(live ? asking : []);
  }

  /** Those who would like to drive, for whoever can hand over. @param {string[]} ids */
  #drawAsking(ids) {
    const box = byId('asking');
    const key = ids.join();
    if (box.dataset.ids === key) return;
    box.dataset.ids = key;
    box.replaceChildren();
    box.hidden = ids.length === 0;
    const [first] = ids;
    if (!first) return;
    const give = make('button', { type: 'button', class: 'button small primary' }, 'Hand over');
    give.addEventListener('click', () => this.#signal.send({ type: Type.CONTROL_GIVE, to: first }));
    const more = ids.length > 1 ? `and ${ids.length - 1} more ` : '';
    const name = make('b', {}, this.#store.nameOf(first));
    box.append(make('span', { class: 'words' }, name, ' ', make('span', {}, `${more}would like to drive`)), give);
  }

  #view() {
    const store = this.#store;
    const { state, myId, isOwner } = store;
    return controlView({ state, myId, isOwner, nameOf: (id) => store.nameOf(id), isMe: (id) => store.isMe(id) });
  }

  /** @param {import('./store.js').RoomState} before @param {import('./input.js').Input} input */
  #changed(before, input) {
    const { control } = this.#store.state;
    const { driver, mine } = this.#view();
    if (control.holder !== before.control.holder) {
      announce(mine ? 'You drive. Press Escape twice to let go.' : `${driver}.`);
      // Never take the keys from somebody who is writing a message.
      if (mine && document.activeElement?.id !== 'chat-input') input.focus();
    }
    const news = (control.requests ?? []).filter((id) => !(before.control.requests ?? []).includes(id));
    if (mine && news.length) announce(`${this.#store.nameOf(news[0])} would like to drive.`);
  }
}
