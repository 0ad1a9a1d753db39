// The room page: makes the parts, and lets them know of each other. Place and picture may be there already (arrival.js).
// @ts-check

import { arrival } from './arrival.js';
import { followFlashes, followFullscreen, followInvite, followMenu, notice } from './bar.js';
import { BrowserStates } from './browser-states.js';
import { Chat } from './chat.js';
import { Clipboard } from './clipboard.js';
import { followConnection } from './connection.js';
import { Control } from './control.js';
import { Cursor } from './cursor.js';
import { byId } from './dom.js';
import { Files } from './files.js';
import { followHandshake } from './handshake.js';
import { Input } from './input.js';
import { Kept } from './kept.js';
import { Panel } from './panel.js';
import { People } from './people.js';
import { PointerLayer } from './pointer-layer.js';
import { Pointing } from './pointing.js';
import { Type } from './protocol.js';
import { Quality } from './quality.js';
import { followShortcuts } from './shortcuts.js';
import { followScreenSize } from './screen-size.js';
import { Signal } from './signal.js';
import { followSound } from './sound.js';
import { Stage } from './stage.js';
import { Stats } from './stats.js';
import { Store } from './store.js';

const { slug = '', signalUrl = '', link = location.href } = byId('room').dataset;
const video = /** @type {HTMLVideoElement} */ (byId('stage-video'));
const keys = /** @type {HTMLTextAreaElement} */ (byId('stage-keys'));

const kept = new Kept(slug);
const signal = new Signal(signalUrl, slug, arrival);
const store = new Store();
const stage = new Stage(signal, video, () => store.state.browser?.state === 'READY', arrival);
/** @type {Array<[string, number]>} what happened, and when (ms since the page was asked for) */
const events = [];
const note = (name, atMs = performance.now()) => events.push([name, atMs]);

signal.on('message', (message) => store.apply(message));
stage.on('first-frame', (atMs) => note('first-frame', atMs));
stage.on('dismissed', notice);
stage.on('phase', (phase) => note(`stage-${phase}`));
followHandshake(signal, store, stage);
followSound(video, stage, kept);
store.on('change', ({ browser }, before) => {
  if (browser?.state === before.browser?.state) return;
  if (!browser || ['STOPPED', 'FAILED', 'LOST'].includes(browser.state)) stage.stop();
  note(`browser-${browser?.state ?? 'none'}`);
});
signal.on(Type.PEER_LEFT, ({ id }) => stage.follows(id) && stage.stop());

const panel = new Panel();
const chat = new Chat(signal, store);
const input = new Input(signal, store, stage, { surface: byId('screen'), video, keys });
const layer = new PointerLayer(store, byId('screen'), video);
new Cursor(store, stage, byId('screen'), layer);
new Clipboard(store, stage, input, keys);
new Pointing(store, stage, { surface: byId('screen'), video }, layer);
new BrowserStates(signal, store, stage, note);
new Control(signal, store, stage, input);
new People(signal, store);
new Files(store, stage, notice);
new Quality(stage, kept);
const stats = new Stats(stage, store, { surface: byId('screen'), video });
followShortcuts({ 'Shift+S': () => stats.toggle() });
followConnection(signal);
followFlashes();
followFullscreen(panel);
followInvite(link);
followMenu();
followScreenSize(signal, store);
byId('open-keyboard').addEventListener('click', () => input.openKeyboard());
// Whoever follows a link has left; a reload (which looks the same to a page that ends) has not.
byId('room').addEventListener('click', (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href]');
  const here = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link && here && link.getAttribute('href')) signal.leave();
});

// Back to a page that was kept as it was: its place in the room is gone.
addEventListener('pageshow', (event) => event.persisted && location.reload());

signal.on(Type.CHAT, ({ line }) => line.user_id !== store.state.me?.user_id && panel.tell());
signal.on(Type.BROWSER_NOTICE, ({ message }) => notice(message));
signal.on(Type.ERROR, ({ ref, message }) => {
  if (ref !== Type.CHAT_SEND && ref !== Type.BROWSER_START && ref !== Type.REQUEST_STREAM) notice(message);
});
store.on('change', (state, before) => {
  const { control } = state;
  if (control.holder !== before.control.holder && before.seq >= 0) {
    if (control.holder) chat.note(`${store.driving ? 'You have' : `${store.nameOf(control.holder)} has`} the wheel`);
  }
});

signal.connect(); // when all of them listen

Object.assign(window, {
  turtus: {
    signal,
    events,
    get peer() {
      return stage.peer;
    },
    get state() {
      const { browser, control, peers, messages, me } = store.state;
      return { browser, control, peers, messages, me };
    },
  },
});
