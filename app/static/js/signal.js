// The WebSocket to the signal server: identity, the same place after a break, heartbeat, and why it ended.
// @ts-check

import { delayMs } from './backoff.js';
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
  #url;
  #key;
  /** @type {WebSocket|null} */
  #socket = null;
  #attempt = 0;
  #heardMs = 0;
  #pings = 0;
  #retryTimer = 0;
  #heartbeatTimer = 0;

  /**
   * @param {string} url of the room's signal endpoint, absolute or relative to the page
   * @param {string} key under which the id is kept for a reload of this tab
   */
  constructor(url, key) {
    super();
    this.#url = new URL(url, location.href);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    this.#key = `turtus:client:${key}`;
    addEventListener('online', () => this.#again());
    addEventListener('pagehide', () => this.#keepId());
    document.addEventListener('visibilitychange', () => document.hidden || this.#checkHeartbeat());
  }

  connect() {
    this.#setStatus({ phase: 'connecting' });
    const url = new URL(this.#url);
    const id = this.identity?.id ?? this.#takeKeptId();
    if (id) url.searchParams.set('client', id);
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heardMs = performance.now();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
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
    sessionStorage.removeItem(this.#key);
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

  // A copy of the tab copies its storage too: the id is there only between two pages of one tab.
  #keepId() {
    if (this.identity) sessionStorage.setItem(this.#key, this.identity.id);
  }

  #takeKeptId() {
    const id = sessionStorage.getItem(this.#key);
    sessionStorage.removeItem(this.#key);
    return id;
  }
}
