// What the page knows of the room: fed by messages, read by everything that draws.
// @ts-check

import { Emitter } from './emitter.js';
import { Type } from './protocol.js';

/** @typedef {import('./protocol.js').Peer} Peer */
/** @typedef {import('./protocol.js').ChatLine} ChatLine */
/**
 * @typedef {object} RoomState
 * @property {import('./protocol.js').Identity|null} me
 * @property {import('./protocol.js').RoomInfo|null} room
 * @property {Peer[]} peers
 * @property {import('./protocol.js').ControlStatus} control
 * @property {import('./protocol.js').BrowserStatus|null} browser
 * @property {ChatLine[]} messages by id
 * @property {number} seq of the last event that was taken; -1 before the first snapshot
 * @property {number} clockMs server's clock minus this one's
 */

/** Chat lines that are kept in the page. */
export const KEPT_LINES = 1000;

/** @returns {RoomState} */
export function emptyState() {
  const control = { state: /** @type {const} */ ('FREE'), epoch: 0, holder: null, requests: [] };
  return { me: null, room: null, peers: [], control, browser: null, messages: [], seq: -1, clockMs: 0 };
}

/**
 * Every line once, oldest first.
 * @param {ChatLine[]} lines
 * @param {ChatLine[]} more
 * @returns {ChatLine[]}
 */
export function mergeLines(lines, more) {
  const byId = new Map([...lines, ...more].map((line) => [line.id, line]));
  return [...byId.values()].sort((a, b) => a.id - b.id).slice(-KEPT_LINES);
}

/**
 * @param {import('./protocol.js').ControlStatus} held
 * @param {import('./protocol.js').ControlStatus} told
 */
function newest(held, told) {
  return told.epoch < held.epoch ? held : told;
}

/**
 * What follows from a message; the same object when nothing does.
 * @param {RoomState} state
 * @param {any} message
 * @param {number} nowMs this machine's clock
 * @returns {RoomState}
 */
export function reduce(state, message, nowMs) {
  const seq = message.seq || state.seq;
  switch (message.type) {
    case Type.IDENTITY:
      return { ...state, me: message, clockMs: message.server_time_ms - nowMs };
    case Type.SNAPSHOT: {
      const { room, peers, control, browser = null } = message;
      const messages = mergeLines(state.messages, message.messages);
      return { ...state, seq: message.seq, room, peers, control, browser, messages };
    }
    case Type.PEER_JOINED: {
      const others = state.peers.filter((peer) => peer.id !== message.peer.id);
      return { ...state, seq, peers: [...others, message.peer] };
    }
    case Type.PEER_LEFT:
      return { ...state, seq, peers: state.peers.filter((peer) => peer.id !== message.id) };
    case Type.BROWSER:
      return { ...state, seq, browser: message.browser };
    case Type.CONTROL:
      // Never back: a grant that was overtaken by a newer one is old news.
      return { ...state, seq, control: newest(state.control, message.control) };
    case Type.CHAT:
      return { ...state, seq, messages: mergeLines(state.messages, [message.line]) };
    case Type.BROWSER_NOTICE:
      return { ...state, seq };
    default:
      return state;
  }
}

/**
 * Where an event stands in the room's numbering.
 * @param {RoomState} state
 * @param {any} message
 * @returns {'next'|'old'|'gap'} events without a number are always next
 */
export function place(state, message) {
  if (message.type === Type.SNAPSHOT || !message.seq) return 'next';
  if (state.seq < 0 || message.seq > state.seq + 1) return 'gap';
  return message.seq <= state.seq ? 'old' : 'next';
}

/** Emits `change` (state, previous state) and `gap` when an event was lost on the way. */
export class Store extends Emitter {
  state = emptyState();

  /** @param {any} message */
  apply(message) {
    const where = place(this.state, message);
    if (where === 'gap') this.emit('gap');
    if (where !== 'next') return;
    const before = this.state;
    this.state = reduce(before, message, Date.now());
    if (this.state !== before) this.emit('change', this.state, before);
  }

  get myId() {
    return this.state.me?.id ?? null;
  }

  get driving() {
    return this.myId !== null && this.state.control.holder === this.myId;
  }

  get isOwner() {
    return this.state.me?.role === 'owner';
  }

  /** The agent's place in the room, when it is there. */
  get vb() {
    return this.state.peers.find((peer) => peer.client_type === 'vb') ?? null;
  }

  get people() {
    return this.state.peers.filter((peer) => peer.client_type === 'person');
  }

  /** @param {string} id @returns {boolean} whether a place is this person's, on this device or another */
  isMe(id) {
    const user = this.state.peers.find((peer) => peer.id === id)?.user_id;
    return id === this.myId || (Boolean(user) && user === this.state.me?.user_id);
  }

  /**
   * @param {string|null|undefined} id
   * @returns {string} a name to show
   */
  nameOf(id) {
    return this.state.peers.find((peer) => peer.id === id)?.name ?? 'Someone';
  }
}
