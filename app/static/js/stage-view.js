// Which of the stage's faces people see, from what is known. Pure.
// @ts-check

/** @typedef {import('./protocol.js').BrowserStatus} BrowserStatus */
/** @typedef {import('./protocol.js').BrowserStep} BrowserStep */
/**
 * @typedef {'loading'|'idle'|'starting'|'live'|'sound'|'paused'|'lost'|'blocked'|'stopping'|'ended'|'failed'|'closed'} Face
 */
/** @typedef {{ state: string, label: string, status: 'waiting'|'now'|'done', seconds: number|null }} Tick */

export const PENDING = Object.freeze(['REQUESTED', 'CREATING', 'STARTING']);
const STEP_LABELS = { REQUESTED: 'Asked for', CREATING: 'Making a fresh browser', STARTING: 'Opening' };
export const BROWSERS = Object.freeze({ firefox: 'Firefox', chromium: 'Chromium' });

/**
 * @param {{ closed: boolean, known: boolean, browser: BrowserStatus|null, phase: import('./stage.js').StagePhase }} what
 * @returns {Face}
 */
export function faceOf({ closed, known, browser, phase }) {
  if (closed) return 'closed';
  if (!known) return 'loading';
  if (!browser) return 'idle';
  if (PENDING.includes(browser.state)) return 'starting';
  switch (browser.state) {
    case 'READY':
      if (phase === 'none' || phase === 'connecting') return 'starting';
      return phase;
    case 'STOPPING':
      return 'stopping';
    case 'STOPPED':
      return 'ended';
    default:
      return 'failed';
  }
}

/**
 * The steps of a start, each with how long it took or has taken so far.
 * @param {BrowserStatus} browser
 * @param {number} nowMs on the server's clock
 * @returns {Tick[]}
 */
export function ticks(browser, nowMs) {
  const steps = browser.steps;
  const reached = PENDING.indexOf(browser.state);
  const current = reached < 0 ? PENDING.length : reached;
  return PENDING.map((state, index) => {
    const name = state === 'STARTING' ? ` ${BROWSERS[browser.kind ?? 'firefox']}` : '';
    const label = STEP_LABELS[state] + name;
    if (index > current) return { state, label, status: 'waiting', seconds: null };
    const at = steps.findIndex((step) => step.state === state);
    const endMs = steps[at + 1]?.at_ms ?? nowMs;
    const seconds = at < 0 ? null : Math.max(0, (endMs - steps[at].at_ms) / 1000);
    return { state, label, status: index < current ? 'done' : 'now', seconds };
  });
}

/**
 * When the browser got ready.
 * @param {BrowserStatus|null} browser
 * @returns {number|null} on the server's clock, milliseconds
 */
export function readyAtMs(browser) {
  return browser?.steps.findLast((step) => step.state === 'READY')?.at_ms ?? null;
}
