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

/**
 * The places of each person put together, in order of their first: somebody may be here on two devices. Pure.
 * @param {Peer[]} peers
 * @returns {Peer[][]}
 */
export function byPerson(peers) {
  const places = new Map();
  for (const peer of peers) {
    const key = peer.user_id ?? peer.id;
    places.set(key, [...(places.get(key) ?? []), peer]);
  }
  return [...places.values()];
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
    const people = byPerson(this.#store.people)
      .map((places) => ({ places, rank: this.#rank(places), name: places[0].name }))
      .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name));
    this.#list.replaceChildren(...people.map(({ places }) => this.#person(places)));
    const count = people.length;
    setText(byId('people-number'), String(count));
    byId('people-count').setAttribute('aria-label', `${plural(count, 'person', 'people')} in the room`);
    setText(byId('people-alone'), count === 1 ? 'You are the only one here. Send the link to your friends.' : '');
  }

  /** @param {Peer[]} places of one person */
  #rank(places) {
    if (places.some((place) => place.id === this.#store.state.control.holder)) return 0;
    return this.#store.isMe(places[0].id) ? 1 : 2;
  }

  /** @param {Peer[]} places of one person */
  #person(places) {
    const { holder, requests = [] } = this.#store.state.control;
    const [{ name, role }] = places;
    const me = this.#store.isMe(places[0].id);
    const drives = places.some(({ id }) => id === holder);
    const asking = places.find(({ id }) => requests.includes(id));
    const about = [
      role === 'owner' ? 'Host' : '',
      drives ? 'drives' : '',
      asking ? 'would like to drive' : '',
      places.length > 1 ? `on ${places.length} devices` : '',
    ];
    const item = make('li', { class: `person${drives ? ' drives' : ''}` });
    const initial = [...name][0]?.toUpperCase() ?? '?';
    item.append(make('span', { class: `avatar hue-${hueOf(name)}`, 'aria-hidden': 'true' }, initial));
    const words = make('span', { class: 'words' }, make('b', {}, me ? `${name} (you)` : name));
    words.append(make('small', {}, about.filter(Boolean).join(' · ')));
    item.append(words);
    if (drives) item.append(icon('wheel'));
    const may = this.#store.driving || (this.#store.isOwner && holder);
    if (may && !drives && !me) item.append(this.#giveButton(asking ?? places[0]));
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
