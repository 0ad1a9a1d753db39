// The address of a room's signal endpoint, and the place in the room that this tab had before a reload.
// @ts-check

/**
 * @param {string} url of the endpoint, absolute or relative to the page
 * @param {{ id?: string|null, stream?: boolean }} [asks] for the place of that peer; for the browser's stream, at once
 * @returns {WebSocket} that is being opened
 */
export function dial(url, { id = null, stream = false } = {}) {
  const address = new URL(url, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  if (id) address.searchParams.set('client', id);
  if (stream) address.searchParams.set('stream', '1');
  return new WebSocket(address);
}

// A copy of the tab copies its storage too: the id is there only between two pages of one tab. Where storage is
// switched off, a reload makes somebody new of a person.

/** @param {string} room its slug @param {string} id */
export function keepId(room, id) {
  try {
    sessionStorage.setItem(key(room), id);
  } catch {
    // storage is switched off
  }
}

/** @param {string} room its slug @returns {string|null} once; then it is no longer kept */
export function takeKeptId(room) {
  try {
    const id = sessionStorage.getItem(key(room));
    sessionStorage.removeItem(key(room));
    return id;
  } catch {
    return null; // storage is switched off
  }
}

/** @param {string} room */
function key(room) {
  return `turtus:client:${room}`;
}
