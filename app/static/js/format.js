// Times and counts in words. Pure.
// @ts-check

/**
 * @param {number} ms a span
 * @returns {string} 00:42, 12:05, 1:02:03
 */
export function clock(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const rest = `${String(minutes).padStart(2, '0')}:${String(seconds).padStart(2, '0')}`;
  return hours ? `${hours}:${rest}` : rest;
}

/**
 * Today only the time, else the day too; in the reader's zone and language.
 * @param {number} atMs
 * @param {number} nowMs
 */
export function timeOfDay(atMs, nowMs) {
  const at = new Date(atMs);
  const time = { hour: '2-digit', minute: '2-digit' };
  const today = at.toDateString() === new Date(nowMs).toDateString();
  const options = today ? time : { day: 'numeric', month: 'short', ...time };
  return at.toLocaleString(undefined, /** @type {Intl.DateTimeFormatOptions} */ (options));
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}
