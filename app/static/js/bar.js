// The small things around the stage: full screen, the link to invite with, the menu, passing notices.
// @ts-check

import { announce, byId, make, setButton } from './dom.js';

const NOTICE_MS = 6000;

/**
 * A sentence that passes.
 * @param {string} text
 */
export function notice(text) {
  const toast = make('p', { class: 'toast' }, text);
  byId('toasts').append(toast);
  announce(text);
  setTimeout(() => toast.remove(), NOTICE_MS);
}

/** What the site had to say when the page came passes as well. */
export function followFlashes() {
  for (const flash of document.querySelectorAll('#toasts .flash')) setTimeout(() => flash.remove(), NOTICE_MS);
}

/** @param {import('./panel.js').Panel} panel is put away while the screen is full */
export function followFullscreen(panel) {
  const button = byId('fullscreen');
  const room = byId('room');
  let before = panel.isOpen;
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener('click', () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else room.requestFullscreen();
  });
  document.addEventListener('fullscreenchange', () => {
    const full = document.fullscreenElement !== null;
    if (full) before = panel.isOpen;
    panel.open(full ? false : before);
    setButton(button, full ? 'Leave full screen' : 'Full screen', full ? 'shrink' : 'grow');
  });
}

/** @param {string} link */
export function followInvite(link) {
  for (const button of [byId('copy-link'), byId('copy-link-alone')]) {
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(link);
        notice('The link is copied. Send it to your friends.');
      } catch {
        notice(`Send this link to your friends: ${link}`);
      }
    });
  }
}

export function followMenu() {
  const button = byId('menu-button');
  const menu = byId('menu');
  /** @param {boolean} open */
  const show = (open) => {
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => show(menu.hidden));
  menu.addEventListener('click', () => show(false));
  document.addEventListener('pointerdown', (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target)) && !button.contains(/** @type {Node} */ (event.target))) {
      show(false);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return;
    show(false);
    button.focus();
  });
}
