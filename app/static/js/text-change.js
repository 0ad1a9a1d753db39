// What a virtual keyboard did to a text field, as keys would have done it. Pure.
// @ts-check

/**
 * @param {string} before
 * @param {string} after
 * @returns {{ erase: number, text: string }} characters to take away at the end, then text to type
 */
export function textChange(before, after) {
  const old = [...before];
  const now = [...after];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  return { erase: old.length - same, text: now.slice(same).join('') };
}
