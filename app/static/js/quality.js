// What this person wants to see: chosen by hand, less while the page is hidden; and what really comes.
// @ts-check

import { announce, byId, setButton, setText } from './dom.js';
import { Type } from './protocol.js';

/** @typedef {'auto'|'best'|'medium'|'low'|'sound'} Choice */
/** @typedef {Choice|'none'} Tier */

/** @type {Readonly<Record<string, string>>} */
export const LABELS = Object.freeze({
  auto: 'Auto',
  best: 'Best',
  medium: 'Medium',
  low: 'Low',
  sound: 'Sound only',
});
const KEPT_AS = 'quality';
/** A look at another tab costs nothing yet. */
export const HIDDEN_MS = 2000;
/** A tier that is left again as soon as this is not worth a word. */
const WEAK_MS = 2000;
const WEAK_SHOWN_MS = 8000;

/**
 * Pure.
 * @param {{ choice: Choice, tier: Tier|null }} what the choice, and what was said to be sent for it
 * @returns {{ auto: string, weak: string, soundReason: string, soundButton: string }} the words for Auto in the menu;
 *   for a weak connection, empty when it is not; and for a stage without a picture
 */
export function qualityView({ choice, tier }) {
  const auto = choice === 'auto' && tier && tier !== 'none' ? `Auto (${LABELS[tier]})` : LABELS.auto;
  const weak = choice === 'auto' && (tier === 'medium' || tier === 'low');
  const tooWeak = choice === 'auto' && tier === 'sound';
  return {
    auto,
    weak: weak ? `Your connection is weak: ${LABELS[tier]} picture` : '',
    soundReason: tooWeak
      ? 'Your connection is too weak for a picture at the moment. It comes back by itself; you hear everything until then.'
      : 'You hear everything. The picture is off, which spares your connection and your battery.',
    soundButton: tooWeak ? 'Try a small picture' : 'Show the picture',
  };
}

export class Quality {
  #stage;
  #kept;
  #select = /** @type {HTMLSelectElement} */ (byId('quality'));
  /** @type {Choice} */
  #choice;
  /** @type {Tier|null} what the agent said that it sends; null while it has not, for this choice */
  #tier = null;
  #hidden = document.hidden;
  #hiding = 0;
  #weak = '';
  #weakTimer = 0;

  /**
   * @param {import('./stage.js').Stage} stage
   * @param {import('./kept.js').Kept} kept
   */
  constructor(stage, kept) {
    this.#stage = stage;
    this.#kept = kept;
    const before = kept.get(KEPT_AS) ?? '';
    this.#choice = Object.hasOwn(LABELS, before) ? /** @type {Choice} */ (before) : 'auto';
    this.#select.addEventListener('change', () => this.choose(/** @type {Choice} */ (this.#select.value)));
    byId('show-picture').addEventListener('click', () => this.choose(this.#choice === 'auto' ? 'low' : 'auto'));
    document.addEventListener('visibilitychange', () => this.#visibility());
    stage.on('view', (open) => open && this.#ask());
    stage.on(Type.VIEW_TIER, ({ tier }) => this.#told(tier));
    stage.on('phase', (phase) => phase === 'none' && this.#forget());
    this.#expect();
    this.draw();
  }

  /** @returns {Tier|null} what the agent says that it sends */
  get tier() {
    return this.#tier;
  }

  /** @param {Choice} choice */
  choose(choice) {
    this.#choice = choice;
    this.#kept.set(KEPT_AS, choice);
    this.#ask();
  }

  /** Ask for what is wanted now; what was sent until now says nothing about it. */
  #ask() {
    this.#tier = null;
    this.#stage.tell({ type: Type.VIEW_QUALITY, choice: this.#hidden ? 'none' : this.#choice });
    this.#expect();
    this.draw();
  }

  #forget() {
    this.#tier = null;
    this.draw();
  }

  /** @param {Tier} tier */
  #told(tier) {
    this.#tier = tier;
    this.#expect();
    this.draw();
  }

  #expect() {
    const soundOnly = this.#choice === 'sound' || (this.#choice === 'auto' && this.#tier === 'sound');
    this.#stage.expect(this.#hidden ? 'none' : soundOnly ? 'sound' : 'picture');
  }

  #visibility() {
    clearTimeout(this.#hiding);
    if (document.hidden) {
      this.#hiding = setTimeout(() => this.#hide(true), HIDDEN_MS);
    } else if (this.#hidden) {
      this.#hide(false);
    }
  }

  /** @param {boolean} hidden */
  #hide(hidden) {
    this.#hidden = hidden;
    this.#ask();
  }

  draw() {
    const { auto, weak, soundReason, soundButton } = qualityView({ choice: this.#choice, tier: this.#tier });
    this.#select.value = this.#choice;
    setText(this.#select.options[0], auto);
    setText(byId('sound-reason'), soundReason);
    setButton(byId('show-picture'), soundButton);
    if (weak !== this.#weak) this.#drawWeak(weak);
  }

  /** @param {string} weak */
  #drawWeak(weak) {
    this.#weak = weak;
    clearTimeout(this.#weakTimer);
    const hint = byId('weak-hint');
    hint.hidden = true;
    if (!weak) return;
    this.#weakTimer = setTimeout(() => {
      setText(/** @type {Element} */ (hint.querySelector('.label')), weak);
      hint.hidden = false;
      announce(weak);
      this.#weakTimer = setTimeout(() => (hint.hidden = true), WEAK_SHOWN_MS);
    }, WEAK_MS);
  }
}
