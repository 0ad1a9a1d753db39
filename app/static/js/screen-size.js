// The size of the shared screen, in the menu of whoever may change it: the owner, and who drives.
// @ts-check

import { byId, make } from './dom.js';
import { SCREENS, Type } from './protocol.js';

/** @type {Readonly<Record<string, string>>} */
const LABELS = Object.freeze({ portrait: 'Upright' });

/**
 * Pure.
 * @param {{ browser: { state: string, width: number, height: number }|null, may: boolean }} what `may`: owner or driver
 * @returns {{ shown: boolean, choices: Array<{ name: string, label: string, about: string, now: boolean }> }}
 */
export function sizeView({ browser, may }) {
  const choices = SCREENS.map(({ name, width, height }) => ({
    name,
    label: LABELS[name] ?? name,
    about: `${width} by ${height} pixels`,
    now: browser?.width === width && browser?.height === height,
  }));
  return { shown: may && browser?.state === 'READY', choices };
}

/**
 * Pure.
 * @param {{ width: number, height: number }|null|undefined} browser
 * @returns {boolean} whether its screen is taller than wide, so that a phone's stage is too
 */
export function isUpright(browser) {
  return !!browser && browser.height > browser.width;
}

/**
 * @param {import('./signal.js').Signal} signal
 * @param {import('./store.js').Store} store
 */
export function followScreenSize(signal, store) {
  const group = byId('screen-size');
  const buttons = SCREENS.map(({ name }) => {
    const button = make('button', { type: 'button', class: 'small', 'data-size': name });
    button.addEventListener('click', () => signal.send({ type: Type.BROWSER_RESIZE, size: name }));
    byId('screen-sizes').append(button);
    return button;
  });
  const draw = () => {
    const { shown, choices } = sizeView({ browser: store.state.browser, may: store.isOwner || store.driving });
    group.hidden = !shown;
    byId('stage').toggleAttribute('data-upright', isUpright(store.state.browser));
    choices.forEach(({ label, about, now }, index) => {
      const button = buttons[index];
      if (button.textContent !== label) button.textContent = label;
      button.setAttribute('aria-label', `${label}, ${about}`);
      button.title = about;
      button.setAttribute('aria-pressed', String(now));
    });
  };
  store.on('change', draw);
  draw();
}
