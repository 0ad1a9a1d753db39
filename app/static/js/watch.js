// What must not wait: the place in the room, and the picture. The rest of the page (room.js) is loaded beside it,
// and is told then what it has missed.
// @ts-check

import { byId } from './dom.js';
import { followHandshake } from './handshake.js';
import { Kept } from './kept.js';
import { Type } from './protocol.js';
import { Signal } from './signal.js';
import { followSound } from './sound.js';
import { Stage } from './stage.js';
import { Store } from './store.js';

const { slug = '', signalUrl = '' } = byId('room').dataset;

export const video = /** @type {HTMLVideoElement} */ (byId('stage-video'));
export const kept = new Kept(slug);
export const signal = new Signal(signalUrl, slug);
export const store = new Store();
export const stage = new Stage(signal, video, () => store.state.browser?.state === 'READY');
/** @type {Array<[string, number]>} what happened, and when (ms since the page was asked for) */
export const events = [];
/** @param {string} name */
export const note = (name) => events.push([name, performance.now()]);

const told = [store, signal, stage];
for (const each of told) each.keep();
signal.on('message', (message) => store.apply(message));
stage.on('first-frame', () => note('first-frame'));
stage.on('phase', (phase) => note(`stage-${phase}`));
followHandshake(signal, store, stage);
followSound(video, stage, kept);
store.on('change', ({ browser }, before) => {
  if (browser?.state === before.browser?.state) return;
  if (!browser || ['STOPPED', 'FAILED', 'LOST'].includes(browser.state)) stage.stop();
  note(`browser-${browser?.state ?? 'none'}`);
});
signal.on(Type.PEER_LEFT, ({ id }) => stage.follows(id) && stage.stop());
signal.connect();

/** Everybody listens now. */
export function catchUp() {
  for (const each of told) each.catchUp();
}
