// How long to wait before the next try. Pure.
// @ts-check

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * Doubles with each attempt; the random half keeps a room of people from coming back all at once.
 * @param {number} attempt 0 for the first retry
 * @param {() => number} [random] in [0, 1)
 * @returns {number} milliseconds
 */
export function delayMs(attempt, random = Math.random) {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (full / 2) * random());
}
