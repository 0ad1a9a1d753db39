// Sizes, spans and progress of files in words. Pure.
// @ts-check

const UNITS = ['KB', 'MB', 'GB'];

/**
 * @param {number} bytes
 * @returns {string} 0 bytes, 512 bytes, 1.5 KB, 24 MB
 */
export function sizeText(bytes) {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 9.95 ? Math.round(value) : Math.round(value * 10) / 10} ${UNITS[unit]}`;
}

/**
 * @param {number} seconds until a file is deleted
 * @returns {string}
 */
export function expiryText(seconds) {
  if (seconds < 60) return 'deleted in a minute';
  if (seconds < 5400) return `deleted in ${Math.round(seconds / 60)} min`;
  return `deleted in ${Math.round(seconds / 3600)} h`;
}

/**
 * @param {{ way: 'up'|'down', phase: string, moved: number, size: number, message: string }} transfer
 * @returns {string}
 */
export function transferText({ way, phase, moved, size, message }) {
  if (phase === 'stopped') return message;
  if (phase === 'waiting') return 'Waits for its turn';
  return `${way === 'up' ? 'Uploading' : 'Saving'} · ${sizeText(moved)} of ${sizeText(size)}`;
}
