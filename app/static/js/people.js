// Who is in the room, who drives, who asks; and handing over control.
// @ts-check

import { byId, icon, make, setText } from './dom.js';
import { plural } from './format.js';
import { Type } from './protocol.js';

/** @typedef {import('./protocol.js').Peer} Peer */

const HUES = 6;

/**
 * One of a few colours, always the same for a name.
 * @param {string} name
 */
export function hueOf(name) {
  return [...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973, 7) % HUES;
}

export class People {
  #signal;
  #store;
  #list = byId('people-list');

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {import('./store.js').Store} store
   */
  constructor(signal, store) {
    this.#signal = signal;
    this.#store = store;
    store.on('change', (state, before) => {
      if (state.peers !== before.peers || state.control !== before.control) this.#draw();
    });
  }

  #draw() {
    const people = [...this.#store.people].sort((a, b) => this.#rank(a) - this.#rank(b) || a.name.localeCompare(b.name));
    this.#list.replaceChildren(...people.map((peer) => this.#person(peer)));
    const count = people.length;
    setText(byId('people-number'), String(count));
    byId('people-count').setAttribute('aria-label', `${plural(count, 'person', 'people')} in the room`);
    setText(byId('people-alone'), count === 1 ? 'You are the only one here. Send the link to your friends.' : '');
  }

  /** @param {Peer} peer */
  #rank(peer) {
    if (peer.id === this.#store.state.control.holder) return 0;
    return peer.id === this.#store.myId ? 1 : 2;
  }

  /** @param {Peer} peer */
  #person(peer) {
    const { control } = this.#store.state;
    const me = peer.id === this.#store.myId;
    const drives = peer.id === control.holder;
    const asks = (control.requests ?? []).includes(peer.id);
    const about = [peer.role === 'owner' ? 'Host' : '', drives ? 'drives' : '', asks ? 'would like to drive' : ''];
    const item = make('li', { class: `person${drives ? ' drives' : ''}` });
    const initial = [...peer.name][0]?.toUpperCase() ?? '?';
    item.append(make('span', { class: `avatar hue-${hueOf(peer.name)}`, 'aria-hidden': 'true' }, initial));
    const words = make('span', { class: 'words' }, make('b', {}, me ? `${peer.name} (you)` : peer.name));
    words.append(make('small', {}, about.filter(Boolean).join(' · ')));
    item.append(words);
    if (drives) item.append(icon('wheel'));
    const may = this.#store.driving || (this.#store.isOwner && control.holder);
    if (may && !drives && !me) item.append(this.#giveButton(peer));
    return item;
  }

  /** @param {Peer} peer */
  #giveButton(peer) {
    const button = make('button', { type: 'button', class: 'button small' }, 'Let drive');
    button.setAttribute('aria-label', `Let ${peer.name} drive`);
    button.addEventListener('click', () => this.#signal.send({ type: Type.CONTROL_GIVE, to: peer.id }));
    return button;
  }
}
