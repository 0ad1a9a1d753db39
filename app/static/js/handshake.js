// The page's part in meeting the others: steps 5 to 7 of the connection algorithm, and healing of lost events.
// @ts-check

import { ClientType, Type } from './protocol.js';

/** A `vb` that was there offers its stream unasked; after this long the page asks for it. */
const UNASKED_OFFER_MS = 2000;
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

  let unasked = 0;
  signal.on(Type.SNAPSHOT, () => {
    clearTimeout(unasked);
    // A place that was kept is not new to the `vb`: it will not offer by itself.
    const wait = signal.identity?.resumed ? 0 : UNASKED_OFFER_MS;
    unasked = setTimeout(() => store.vb && !stage.busy && stage.request(store.vb.id), wait);
  });

  let asked = -Infinity;
  store.on('gap', () => {
    if (performance.now() - asked < SYNC_AGAIN_MS) return;
    asked = performance.now();
    signal.send({ type: Type.SYNC });
  });
  signal.on(Type.SNAPSHOT, () => (asked = -Infinity));
}
