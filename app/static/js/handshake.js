// The page's part in meeting the others: steps 5 to 7 of the connection algorithm, and healing of lost events.
// @ts-check

import { ClientType, Type } from './protocol.js';

const SYNC_AGAIN_MS = 3000;
/** Between two questions or answers: all of a full room ask a newcomer at once, more than the site takes of one page. */
const APART_MS = 50;

/**
 * @param {import('./signal.js').Signal} signal
 * @param {import('./store.js').Store} store
 * @param {import('./stage.js').Stage} stage
 */
export function followHandshake(signal, store, stage) {
  let freeMs = 0;
  const inTurn = (message) => {
    const nowMs = performance.now();
    const waitMs = Math.max(0, freeMs - nowMs);
    freeMs = nowMs + waitMs + APART_MS;
    if (waitMs) setTimeout(() => signal.send(message), waitMs);
    else signal.send(message);
  };

  signal.on(Type.PEER_JOINED, ({ peer }) => {
    if (peer.id !== store.myId) inTurn({ type: Type.REQUEST_CLIENT_TYPE, to: peer.id });
  });
  signal.on(Type.REQUEST_CLIENT_TYPE, ({ sender }) => {
    inTurn({ type: Type.CLIENT_TYPE, to: sender.id, client_type: ClientType.PERSON });
  });
  signal.on(Type.CLIENT_TYPE, ({ sender, client_type }) => {
    if (client_type === ClientType.VB) stage.request(sender.id);
  });

  // A `vb` that is there would offer its stream by itself, once it knows what has come: asked, it does so sooner.
  signal.on(Type.SNAPSHOT, () => {
    const asked = signal.askedForStream;
    signal.askedForStream = false;
    if (store.vb && !stage.busy) stage.request(store.vb.id, { asked });
  });

  let asked = -Infinity;
  store.on('gap', () => {
    if (performance.now() - asked < SYNC_AGAIN_MS) return;
    asked = performance.now();
    signal.send({ type: Type.SYNC });
  });
  signal.on(Type.SNAPSHOT, () => (asked = -Infinity));
}
