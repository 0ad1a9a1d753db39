// Chat and people beside the stage: two tabs, a panel that can be put away, and a mark for what is new.
// @ts-check

import { byId, setButton } from './dom.js';

const NAMES = ['chat', 'people'];

export class Panel {
  #room = byId('room');
  #toggle = byId('panel-toggle');
  #unread = 0;

  constructor() {
    NAMES.forEach((name, index) => {
      const tab = byId(`tab-${name}`);
      tab.addEventListener('click', () => this.show(name));
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = NAMES[(index + step + NAMES.length) % NAMES.length];
        this.show(next);
        byId(`tab-${next}`).focus();
      });
    });
    this.#toggle.addEventListener('click', () => this.open(!this.isOpen));
    byId('people-count').addEventListener('click', () => {
      this.open(true);
      this.show('people');
      byId('tab-people').focus();
    });
    // On a phone on its side the stage comes first.
    this.open(!matchMedia('(max-height: 32rem) and (min-width: 30rem) and (orientation: landscape)').matches);
  }

  get isOpen() {
    return this.#room.dataset.panel === 'open';
  }

  /** @param {boolean} open */
  open(open) {
    this.#room.dataset.panel = open ? 'open' : 'closed';
    this.#toggle.setAttribute('aria-expanded', String(open));
    setButton(this.#toggle, open ? 'Hide the chat' : 'Show the chat');
    this.#seen();
  }

  /** @param {string} name of the tab */
  show(name) {
    for (const each of NAMES) {
      const chosen = each === name;
      const tab = byId(`tab-${each}`);
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(`${each}-panel`).hidden = !chosen;
    }
    this.#seen();
  }

  /** Something was said. */
  tell() {
    this.#unread += 1;
    this.#seen();
  }

  #seen() {
    if (this.isOpen && !byId('chat-panel').hidden) this.#unread = 0;
    const many = this.#unread > 9 ? '9+' : String(this.#unread);
    for (const mark of document.querySelectorAll('.unread')) {
      mark.textContent = this.#unread ? many : '';
      /** @type {HTMLElement} */ (mark).hidden = !this.#unread;
    }
  }
}
