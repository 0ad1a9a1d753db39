// The stage's faces: start, waiting, live, break, end. Draws what stage-view.js decides.
// @ts-check

import { announce, byId, icon, make, setButton, setText } from './dom.js';
import { clock } from './format.js';
import { CloseCode, Type } from './protocol.js';
import { faceOf, readyAtMs, ticks } from './stage-view.js';

/** Faces of a browser that runs: it can be stopped, and its time is shown. */
const RUNNING = Object.freeze(['live', 'sound', 'paused']);

const SAID = {
  starting: 'The browser is starting.',
  live: 'The browser is live.',
  sound: 'Sound only. The picture is off.',
  ended: 'The browser is off.',
  failed: 'The browser could not go on.',
  lost: 'The picture was lost. Getting it back.',
  stopping: 'The browser is stopping.',
};
/** Title, sentence, and what the button says where loading the page again is not the way. */
const WHY_CLOSED = {
  [CloseCode.NO_SESSION]: ['You are signed out', 'Sign in again to come back to this room.', 'Sign in'],
  [CloseCode.NOT_ALLOWED]: ['You may not enter this room', 'Ask whoever sent you the link.', 'Home'],
  [CloseCode.NO_SUCH_ROOM]: ['This room is gone', 'Its owner has deleted it.', 'Home'],
  [CloseCode.REPLACED]: ['Open somewhere else', 'This room was opened in another tab. Only one of them can be live.'],
  [CloseCode.TOO_MANY_ERRORS]: ['The connection was closed', 'This page sent what the site could not read. Load it again.'],
};
const TICK_MS = 250;

/** @typedef {'firefox'|'chromium'} Kind */

export class BrowserStates {
  #signal;
  #store;
  #stage;
  #root = byId('stage');
  /** @type {import('./stage-view.js').Face|''} */
  #face = '';
  #timer = 0;

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage
   * @param {(name: string) => void} note for `window.turtus.events`
   */
  constructor(signal, store, stage, note) {
    this.#signal = signal;
    this.#store = store;
    this.#stage = stage;
    store.on('change', () => this.draw());
    stage.on('phase', () => this.draw());
    signal.on('status', () => this.draw());
    signal.on(Type.ERROR, (error) => this.#refused(error));
    byId('start-form').addEventListener('submit', (event) => {
      event.preventDefault();
      note('start-clicked');
      const chosen = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
      this.#start(String(chosen.get('url')).trim(), /** @type {Kind|null} */ (chosen.get('kind')));
    });
    byId('retry-browser').addEventListener('click', () => {
      note('start-clicked');
      const { url = '', kind } = this.#store.state.browser ?? {};
      this.#start(url, kind);
    });
    byId('retry-picture').addEventListener('click', () => stage.retry());
    byId('stop-browser').addEventListener('click', () => signal.send({ type: Type.BROWSER_STOP }));
    this.draw();
  }

  draw() {
    const { browser, seq } = this.#store.state;
    const closed = this.#signal.status.phase === 'closed';
    const face = faceOf({ closed, known: seq >= 0, browser, phase: this.#stage.phase });
    if (face !== this.#face) this.#turnTo(face);
    byId('stop-browser').hidden = ![...RUNNING, 'starting', 'lost', 'blocked'].includes(face);
    this.#fill(face);
    this.#drawClock();
  }

  /** @param {import('./stage-view.js').Face} face */
  #turnTo(face) {
    const hadFocus = this.#root.querySelector('.face:not([hidden])')?.contains(document.activeElement);
    this.#face = face;
    this.#root.dataset.face = face;
    for (const each of this.#root.querySelectorAll('.face')) {
      /** @type {HTMLElement} */ (each).hidden = !each.matches(`[data-face~="${face}"]`);
    }
    if (SAID[face]) announce(SAID[face]);
    // The button that was pressed is gone: keep the keyboard's place on the stage.
    if (hadFocus) this.#root.focus({ preventScroll: true });
    clearInterval(this.#timer);
    if (face === 'starting' || RUNNING.includes(face)) this.#timer = setInterval(() => this.draw(), TICK_MS);
  }

  /** @param {import('./stage-view.js').Face} face */
  #fill(face) {
    const { browser } = this.#store.state;
    setStartBusy(false);
    if (face === 'starting' && browser) this.#drawSteps(browser);
    if (face === 'idle' || face === 'ended') this.#drawStart(browser);
    if (face === 'failed' && browser) this.#drawFailure(browser);
    if (face === 'closed') this.#drawClosed();
  }

  #nowMs() {
    return Date.now() + this.#store.state.clockMs;
  }

  /** @param {import('./protocol.js').BrowserStatus} browser */
  #drawSteps(browser) {
    const list = byId('steps');
    const shown = [...ticks(browser, this.#nowMs()), pictureTick(browser)];
    while (list.children.length < shown.length) {
      list.append(make('li', {}, icon('step'), make('span', { class: 'label' }), make('span', { class: 'seconds' })));
    }
    shown.forEach(({ label, status, seconds }, index) => {
      const item = /** @type {HTMLElement} */ (list.children[index]);
      if (item.dataset.status !== status) {
        item.dataset.status = status;
        item.firstElementChild?.replaceWith(icon(status === 'done' ? 'check' : 'step'));
      }
      setText(/** @type {Element} */ (item.children[1]), label);
      setText(/** @type {Element} */ (item.children[2]), seconds === null ? '' : `${seconds.toFixed(1)} s`);
    });
  }

  /** @param {import('./protocol.js').BrowserStatus|null} ended */
  #drawStart(ended) {
    setText(byId('start-title'), ended ? 'The screen is off' : 'What shall we watch?');
    const about = 'This opens one browser that everybody here sees and hears.';
    setText(byId('start-about'), ended ? ended.message || 'The browser was switched off.' : about);
    setButton(byId('start-browser'), ended ? 'Start again' : 'Start the browser');
  }

  /** @param {import('./protocol.js').BrowserStatus} browser */
  #drawFailure(browser) {
    setText(byId('failed-title'), browser.state === 'LOST' ? 'The browser is gone' : 'That did not work');
    setText(byId('failed-reason'), browser.message || 'The browser could not be started.');
    byId('failed-details').hidden = !this.#store.isOwner;
    const path = browser.steps.map((step, index) => {
      const after = index ? ` +${((step.at_ms - browser.steps[0].at_ms) / 1000).toFixed(1)} s` : '';
      return `${step.state}${after}`;
    });
    setText(byId('failed-code'), [`reason: ${browser.reason ?? 'unknown'}`, ...path, `browser: ${browser.id}`].join('\n'));
  }

  #drawClosed() {
    const code = this.#signal.status.code ?? 0;
    const [title, sentence, way] = WHY_CLOSED[code] ?? ['You have left the room', 'Load the page to come back.'];
    setText(byId('closed-title'), title);
    setText(byId('closed-reason'), sentence);
    if (!way) return;
    setButton(byId('closed-way'), way, way === 'Home' ? 'back' : 'person');
    if (way === 'Home') byId('closed-way').setAttribute('href', byId('leave-room').getAttribute('href') ?? '/');
  }

  #drawClock() {
    const ready = readyAtMs(this.#store.state.browser);
    const live = RUNNING.includes(this.#face) && ready !== null;
    byId('live-badge').hidden = !live;
    if (live) setText(byId('live-time'), clock(this.#nowMs() - ready));
  }

  /** @param {string} url @param {Kind|null} [kind] of browser; without one the site's usual */
  #start(url, kind) {
    setText(byId('start-error'), '');
    const sent = this.#signal.send({ type: Type.BROWSER_START, ...(url ? { url } : {}), ...(kind ? { kind } : {}) });
    if (sent) setStartBusy(true);
    else setText(byId('start-error'), 'There is no connection to the site at the moment. Try again shortly.');
  }

  /** @param {import('./protocol.js').ErrorMessage} error */
  #refused(error) {
    if (error.ref !== Type.BROWSER_START) return;
    setStartBusy(false);
    setText(byId('start-error'), error.message);
  }
}

/** @param {import('./protocol.js').BrowserStatus} browser */
function pictureTick(browser) {
  const status = browser.state === 'READY' ? 'now' : 'waiting';
  return { label: 'Bringing you the picture', status, seconds: null };
}

/** @param {boolean} busy */
function setStartBusy(busy) {
  for (const id of ['start-browser', 'retry-browser']) {
    byId(id).toggleAttribute('aria-busy', busy);
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = busy;
  }
}
