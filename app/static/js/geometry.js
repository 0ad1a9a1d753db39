// Where a point of the page lies on the shared screen. Pure; CSS pixels in, screen pixels out.
// @ts-check

/** @typedef {{ left: number, top: number, width: number, height: number }} Box */
/** @typedef {{ width: number, height: number }} Size */

/**
 * The part of a letterboxed element that the picture covers (object-fit: contain).
 * @param {Box} box
 * @param {Size} picture
 * @returns {Box}
 */
export function pictureBox(box, picture) {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

/**
 * @param {{ x: number, y: number }} point in the coordinates of `box`
 * @param {Box} box of the element
 * @param {Size} picture size of the video, for its shape
 * @param {Size} screen size of the shared screen
 * @returns {{ x: number, y: number, inside: boolean }} the nearest pixel of the screen
 */
export function toScreen(point, box, picture, screen) {
  const shown = pictureBox(box, picture);
  const across = (point.x - shown.left) / shown.width;
  const down = (point.y - shown.top) / shown.height;
  return {
    x: pixel(across, screen.width),
    y: pixel(down, screen.height),
    inside: across >= 0 && across < 1 && down >= 0 && down < 1,
  };
}

/** @param {number} part @param {number} length */
function pixel(part, length) {
  return Math.max(0, Math.min(length - 1, Math.floor(part * length)));
}
