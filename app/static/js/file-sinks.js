// Where a download of the shared browser goes on this device.
// @ts-check

import { make } from './dom.js';

/** Above this a file goes to the disk piece by piece, where the browser can do that; below, through memory. */
const LARGE_BYTES = 64 * 1024 * 1024;
const FORGET_MS = 60_000;

/** @typedef {import('./file-link.js').Sink} Sink */

/**
 * Keeps all pieces, then saves them as browsers save: into the folder of downloads, or where the person says.
 * @param {string} name
 * @returns {Sink}
 */
export function memorySink(name) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let pieces = [];
  return {
    write: (bytes) => pieces.push(bytes),
    close: () => {
      const url = URL.createObjectURL(new Blob(pieces, { type: 'application/octet-stream' }));
      pieces = [];
      make('a', { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), FORGET_MS);
    },
    abort: () => (pieces = []),
  };
}

/**
 * From inside a click.
 * @param {{ name: string, size: number }} entry
 * @returns {Promise<Sink|null>} null when the person changed their mind
 */
export async function openSink({ name, size }) {
  const pick = /** @type {any} */ (window).showSaveFilePicker;
  if (!pick || size < LARGE_BYTES) return memorySink(name);
  try {
    const handle = await pick.call(window, { suggestedName: name });
    const stream = await handle.createWritable();
    return {
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
      abort: () => stream.abort().catch(() => {}),
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return memorySink(name);
  }
}
