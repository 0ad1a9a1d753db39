// The room's conversation: history, what is being sent, and what could not be.
// @ts-check

import { byId, make, setText } from './dom.js';
import { timeOfDay } from './format.js';
import { linked } from './links.js';
import { ErrorCode, MAX_CHAT_CHARS, Type } from './protocol.js';

/** @typedef {import('./protocol.js').ChatLine} ChatLine */
/** @typedef {{ client_msg_id: string, text: string, failed: string }} Waiting */

/** Lines of one person within this belong together. */
const SAME_BREATH_MS = 5 * 60_000;
const NEAR_END_PX = 80;
const AGAIN_MS = 2000;

/** @returns {string} */
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {HTMLElement} box */
function atEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
}

/**
 * Who is at the end stays there when there is more or less room, as when a phone's keyboard opens.
 * @param {HTMLElement} box
 */
function followEnd(box) {
  let stay = true;
  box.addEventListener('scroll', () => (stay = atEnd(box)));
  new ResizeObserver(() => stay && (box.scrollTop = box.scrollHeight)).observe(box);
}

export class Chat {
  /** @type {Waiting[]} sent and not heard back, oldest first */
  waiting = [];
  /** Whether more was said than is taken: one line at a time then, the next when that one has been taken. */
  #slow = false;
  #timer = 0;
  #signal;
  #store;
  #log = byId('chat-log');
  #input = /** @type {HTMLTextAreaElement} */ (byId('chat-input'));
  /** @type {Map<number, HTMLElement>} */
  #drawn = new Map();

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {import('./store.js').Store} store
   */
  constructor(signal, store) {
    this.#signal = signal;
    this.#store = store;
    byId('chat-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.maxLength = MAX_CHAT_CHARS;
    this.#input.addEventListener('input', () => this.#fit());
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    store.on('change', (state, before) => state.messages !== before.messages && this.#draw());
    signal.on(Type.SNAPSHOT, () => this.#sendAgain());
    signal.on(Type.ERROR, (error) => error.ref === Type.CHAT_SEND && this.#refused(error));
    signal.on('status', ({ phase }) => phase === 'closed' && this.#end());
    followEnd(byId('chat-scroll'));
  }

  /** Nobody would hear it any more; what was said stays to be read. */
  #end() {
    this.#input.disabled = true;
    /** @type {HTMLButtonElement} */ (byId('chat-send')).disabled = true;
  }

  /**
   * A line that only this page shows, such as who took control.
   * @param {string} text
   */
  note(text) {
    this.#keepEnd(() => this.#log.append(make('li', { class: 'note' }, text)));
  }

  #submit() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.waiting.push({ client_msg_id: newId(), text, failed: '' });
    this.#input.value = '';
    this.#fit();
    if (!this.#slow) this.#sendOne(this.waiting[this.waiting.length - 1]);
    this.#draw(true);
  }

  /** @param {Waiting} line */
  #sendOne({ client_msg_id, text }) {
    this.#signal.send({ type: Type.CHAT_SEND, client_msg_id, text });
  }

  /** What got lost with a connection is sent again; the server stores the same id once. */
  #sendAgain() {
    this.#settle();
    if (this.#slow) this.#sendNext();
    else for (const line of this.waiting) if (!line.failed) this.#sendOne(line);
  }

  /** Answers come in order, so a refusal is about the oldest line. @param {import('./protocol.js').ErrorMessage} error */
  #refused({ code, message }) {
    if (code === ErrorCode.TOO_OFTEN) {
      this.#slow = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#sendAgain(), AGAIN_MS);
      this.#draw();
      return;
    }
    const line = this.waiting.find(({ failed }) => !failed);
    if (line) line.failed = message;
    if (this.#slow) this.#sendNext();
    this.#draw();
  }

  /** Where more was said than is taken: the oldest line that waits, or all is said. */
  #sendNext() {
    const next = this.waiting.find(({ failed }) => !failed);
    if (next) this.#sendOne(next);
    this.#slow = Boolean(next);
  }

  /** Take out of the waiting list what the server has stored. */
  #settle() {
    const stored = new Set(this.#store.state.messages.map((line) => line.client_msg_id));
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((line) => !stored.has(line.client_msg_id));
    if (this.#slow && this.waiting.length < before) this.#sendNext();
  }

  #draw(mine = false) {
    this.#settle();
    this.#keepEnd(() => {
      for (const old of this.#log.querySelectorAll('.waiting')) old.remove();
      const { messages } = this.#store.state;
      messages.forEach((line, index) => this.#drawLine(line, messages[index - 1]));
      const kept = new Set(messages.map(({ id }) => id));
      for (const [id, element] of this.#drawn) {
        if (kept.has(id)) continue;
        element.remove();
        this.#drawn.delete(id);
      }
      for (const line of this.waiting) this.#log.append(this.#waitingLine(line));
    }, mine);
    byId('chat-empty').hidden = this.#log.children.length > 0;
  }

  /** @param {ChatLine} line @param {ChatLine|undefined} before */
  #drawLine(line, before) {
    if (this.#drawn.has(line.id)) return;
    const together = before && before.user_id === line.user_id && line.at_ms - before.at_ms < SAME_BREATH_MS;
    const mine = line.user_id !== null && line.user_id === this.#store.state.me?.user_id;
    const element = make('li', { class: `line${mine ? ' mine' : ''}${together ? ' together' : ''}` });
    const when = timeOfDay(line.at_ms, Date.now());
    const time = make('time', { datetime: new Date(line.at_ms).toISOString() }, when);
    const head = make('p', { class: together ? 'who visually-hidden' : 'who' }, make('b', {}, line.name), ' ', time);
    element.append(head, make('p', { class: 'text' }, ...linked(line.text)));
    this.#drawn.set(line.id, element);
    const last = before && this.#drawn.get(before.id);
    const later = [...this.#drawn].find(([id]) => id > line.id)?.[1];
    // A line that arrives in order goes to the end, after notes; one from the past, to its place.
    if (later) last ? last.after(element) : this.#log.prepend(element);
    else this.#log.append(element);
  }

  /** @param {Waiting} line */
  #waitingLine(line) {
    const item = make('li', { class: `line mine waiting${line.failed ? ' failed' : ''}` });
    item.append(make('p', { class: 'text' }, ...linked(line.text)));
    if (!line.failed) {
      item.append(make('p', { class: 'who' }, this.#slow ? 'Sending, one after the other…' : 'Sending…'));
      return item;
    }
    const again = make('button', { type: 'button', class: 'button small' }, 'Edit');
    again.addEventListener('click', () => {
      this.waiting = this.waiting.filter((each) => each !== line);
      this.#input.value = line.text;
      this.#fit();
      this.#input.focus();
      this.#draw();
    });
    item.append(make('p', { class: 'why' }, `Not sent. ${line.failed} `, again));
    return item;
  }

  /**
   * Stay at the end for those who are there; leave readers of the past where they are.
   * @param {() => void} change
   * @param {boolean} [force]
   */
  #keepEnd(change, force = false) {
    const box = byId('chat-scroll');
    const stay = atEnd(box) || force;
    change();
    if (stay) box.scrollTop = box.scrollHeight;
  }

  /** The field grows with its text; the longest height is in the style sheet. */
  #fit() {
    const left = MAX_CHAT_CHARS - this.#input.value.length;
    setText(byId('chat-left'), left <= 200 ? `${left} characters left` : '');
    const lines = this.#input.value.split('\n').length;
    const wrapped = Math.ceil(this.#input.value.length / 36);
    this.#input.rows = Math.min(5, Math.max(1, lines, wrapped));
  }
}
