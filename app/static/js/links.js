// Web addresses in a text become links; everything stays text.
// @ts-check

import { make } from './dom.js';

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'’]/gi;

/**
 * @param {string} text
 * @returns {Array<Node|string>}
 */
export function linked(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const attributes = { href: match[0], target: '_blank', rel: 'noopener noreferrer nofollow' };
    parts.push(text.slice(end, match.index), make('a', attributes, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== '');
}
