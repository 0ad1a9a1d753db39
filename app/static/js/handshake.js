// The page's part in meeting the others: steps 5 to 7 of the connection algorithm, and healing of lost events.
// @ts-check

import { ClientType, Type } from './protocol.js';

const SYNC_AGAIN_MS = 3000;

/**
 * @param {import('./signal.js').Signal} signal
 * @param {import('./store.js').Store} store
 * @param {import('./stage.js').Stage} stage
 */
export function followHandshake(signal, store, stage) {
  signal.on(Type.PEER_JOINED, ({ peer }) => {
    if (peer.id !== store.myId) signal.send({ type: Type.REQUEST_CLIENT_TYPE, to: peer.id });
  });
  signal.on(Type.REQUEST_CLIENT_TYPE, ({ sender }) => {
    signal.send({ type: Type.CLIENT_TYPE, to: sender.id, client_type: ClientType.PERSON });
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
