// A strip that says when the site itself is out of reach, and when the next try comes.
// @ts-check

import { byId, setText } from './dom.js';

/** A break shorter than this is not worth a word. */
const QUIET_MS = 1200;

/** @param {import('./signal.js').Signal} signal */
export function followConnection(signal) {
  const strip = byId('connection');
  let brokenMs = 0;

  const draw = () => {
    const { phase, retryAtMs = 0 } = signal.status;
    if (phase === 'open' || phase === 'closed') brokenMs = 0;
    else if (!brokenMs) brokenMs = performance.now();
    const show = brokenMs > 0 && signal.identity !== null && performance.now() - brokenMs > QUIET_MS;
    strip.hidden = !show;
    if (!show) return;
    const seconds = Math.ceil((retryAtMs - performance.now()) / 1000);
    const when = phase === 'waiting' && seconds > 0 ? `Next try in ${seconds} s.` : 'Trying now.';
    setText(byId('connection-when'), when);
  };
  signal.on('status', draw);
  setInterval(draw, 500);
}
