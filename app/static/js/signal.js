// The WebSocket to the signal server: identity, the same place after a break, heartbeat, and why it ended.
// @ts-check

import { delayMs } from './backoff.js';
import { dial, keepId, takeKeptId } from './dial.js';
import { Emitter } from './emitter.js';
import { CloseCode, FINAL_CLOSE_CODES, HEARTBEAT_MISSES, Type } from './protocol.js';

/** @typedef {import('./protocol.js').Identity} Identity */
/** @typedef {{ phase: 'connecting'|'open'|'waiting'|'closed', code?: number, retryAtMs?: number }} SignalStatus */

const NORMAL = 1000;
/** Failed tries in a row after which the page asks the site whether it may still be here. */
const TRIES_BEFORE_ASKING = 2;

/**
 * Emits `status` (SignalStatus), `message` (every message) and each message by its type.
 */
export class Signal extends Emitter {
  /** @type {Identity|null} */
  identity = null;
  /** @type {SignalStatus} */
  status = { phase: 'connecting' };
  /** Whether this connection began with asking for the browser's stream. */
  askedForStream = false;
  #url;
  #room;
  #arrival;
  /** @type {WebSocket|null} */
  #socket = null;
  #attempt = 0;
  #heardMs = 0;
  #pings = 0;
  #retryTimer = 0;
  #heartbeatTimer = 0;

  /**
   * @param {string} url of the room's signal endpoint, absolute or relative to the page
   * @param {string} room its slug, under which the id is kept for a reload of this tab
   * @param {import('./arrival.js').Arrival|null} [arrival] whose connection is the first one
   */
  constructor(url, room, arrival = null) {
    super();
    this.#url = url;
    this.#room = room;
    this.#arrival = arrival;
    addEventListener('online', () => this.#again());
    addEventListener('pagehide', () => this.identity && keepId(room, this.identity.id));
    document.addEventListener('visibilitychange', () => document.hidden || this.#checkHeartbeat());
  }

  connect() {
    this.#setStatus({ phase: 'connecting' });
    this.#heardMs = performance.now();
    const begun = this.#arrival?.handOver();
    this.#arrival = null;
    this.askedForStream = Boolean(begun);
    const socket = begun?.socket ?? dial(this.#url, { id: this.identity?.id ?? takeKeptId(this.#room) });
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
    for (const data of begun?.said ?? []) this.#receive(data);
    if (typeof begun?.closed === 'number') this.#lost(begun.closed);
  }

  /**
   * @param {object} message with its `type`
   * @returns {boolean} false when there is no connection; nothing is kept for later
   */
  send(message) {
    if (this.status.phase !== 'open' || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Leave for good: the place in the room is given up. */
  leave() {
    takeKeptId(this.#room);
    this.identity = null;
    this.#drop(NORMAL);
    this.#setStatus({ phase: 'closed', code: NORMAL });
  }

  /** @param {string} data */
  #receive(data) {
    this.#heardMs = performance.now();
    const message = JSON.parse(data);
    if (message.type === Type.IDENTITY) this.#welcome(message);
    this.emit('message', message);
    this.emit(message.type, message);
  }

  /** @param {Identity} identity */
  #welcome(identity) {
    this.identity = identity;
    this.#attempt = 0;
    clearInterval(this.#heartbeatTimer);
    this.#heartbeatTimer = setInterval(() => this.#beat(), identity.heartbeat_s * 1000);
    this.#setStatus({ phase: 'open' });
  }

  #beat() {
    this.#pings += 1;
    this.send({ type: Type.PING, n: this.#pings % 1_000_000 });
    this.#checkHeartbeat();
  }

  #checkHeartbeat() {
    if (!this.identity || this.status.phase !== 'open') return;
    const silentMs = performance.now() - this.#heardMs;
    if (silentMs > this.identity.heartbeat_s * HEARTBEAT_MISSES * 1000) {
      this.#drop(NORMAL + 3000);
      this.#lost(0);
    }
  }

  /** @param {number} code */
  #drop(code) {
    clearInterval(this.#heartbeatTimer);
    clearTimeout(this.#retryTimer);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close(code);
    this.#socket = null;
  }

  /** @param {number} code */
  #lost(code) {
    clearInterval(this.#heartbeatTimer);
    this.#socket = null;
    if (FINAL_CLOSE_CODES.includes(code)) {
      this.#setStatus({ phase: 'closed', code });
      return;
    }
    const wait = delayMs(this.#attempt);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => this.#again(), wait);
    this.#setStatus({ phase: 'waiting', code, retryAtMs: performance.now() + wait });
    if (this.#attempt > TRIES_BEFORE_ASKING) this.#askWhetherWelcome();
  }

  #again() {
    if (this.status.phase !== 'waiting') return;
    clearTimeout(this.#retryTimer);
    this.connect();
  }

  /** A refused upgrade tells a page nothing; the room's own address does. */
  async #askWhetherWelcome() {
    let code;
    try {
      const answer = await fetch(location.href, { redirect: 'manual', cache: 'no-store' });
      const codes = { 401: CloseCode.NO_SESSION, 403: CloseCode.NOT_ALLOWED, 404: CloseCode.NO_SUCH_ROOM };
      code = answer.type === 'opaqueredirect' ? CloseCode.NO_SESSION : codes[answer.status];
    } catch {
      return; // no network: keep trying
    }
    if (code && this.status.phase !== 'open') {
      this.#drop(NORMAL);
      this.#setStatus({ phase: 'closed', code });
    }
  }

  /** @param {SignalStatus} status */
  #setStatus(status) {
    this.status = status;
    this.emit('status', status);
  }
}
