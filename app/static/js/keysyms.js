// From what a key or a text means to its X keysym (X.Org keysymdef.h). Pure.
// @ts-check

/**
 * Keys that type nothing, by KeyboardEvent.key; a pair is left and right.
 *
 * Locks and AltGr are not here on purpose: the person's own keyboard has applied them already.
 */
const NAMED = /** @type {Record<string, number|[number, number]>} */ ({
  Backspace: 0xff08,
  Tab: 0xff09,
  Enter: 0xff0d,
  Pause: 0xff13,
  Escape: 0xff1b,
  Delete: 0xffff,
  Clear: 0xff0b,
  Home: 0xff50,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
  PageUp: 0xff55,
  PageDown: 0xff56,
  End: 0xff57,
  Select: 0xff60,
  PrintScreen: 0xff61,
  Execute: 0xff62,
  Insert: 0xff63,
  Undo: 0xff65,
  Redo: 0xff66,
  ContextMenu: 0xff67,
  Find: 0xff68,
  Cancel: 0xff69,
  Help: 0xff6a,
  Shift: [0xffe1, 0xffe2],
  Control: [0xffe3, 0xffe4],
  Alt: [0xffe9, 0xffea],
  Meta: [0xffeb, 0xffec],
  OS: [0xffeb, 0xffec],
  Convert: 0xff23,
  NonConvert: 0xff22,
  KanjiMode: 0xff21,
  Hiragana: 0xff25,
  Katakana: 0xff26,
  HiraganaKatakana: 0xff27,
  ZenkakuHankaku: 0xff2a,
  HangulMode: 0xff31,
  HanjaMode: 0xff34,
  BrowserBack: 0x1008ff26,
  BrowserForward: 0x1008ff27,
  BrowserRefresh: 0x1008ff29,
  AudioVolumeDown: 0x1008ff11,
  AudioVolumeMute: 0x1008ff12,
  AudioVolumeUp: 0x1008ff13,
  MediaPlayPause: 0x1008ff14,
  MediaStop: 0x1008ff15,
  MediaTrackPrevious: 0x1008ff16,
  MediaTrackNext: 0x1008ff17,
});

const F1 = 0xffbe;
const UNICODE = 0x01000000;
const RIGHT = 2; // KeyboardEvent.DOM_KEY_LOCATION_RIGHT
const NUMPAD = 3; // KeyboardEvent.DOM_KEY_LOCATION_NUMPAD
const KP_ENTER = 0xff8d;

/**
 * The keysym that types one character.
 * @param {number} codePoint Unicode
 * @returns {number|null} null for what no key types
 */
export function keysymOfCodePoint(codePoint) {
  if (codePoint === 0x0a || codePoint === 0x0d) return 0xff0d; // Return
  if (codePoint === 0x09) return 0xff09; // Tab
  if (codePoint === 0x08) return 0xff08; // BackSpace
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return null;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return null; // half of a pair
  return codePoint <= 0xff ? codePoint : UNICODE + codePoint;
}

/**
 * The keysyms that type a text, such as the result of an input method.
 * @param {string} text
 * @returns {number[]}
 */
export function keysymsOfText(text) {
  const points = [...text.replace(/\r\n/g, '\n')].map((char) => char.codePointAt(0) ?? 0);
  return points.map(keysymOfCodePoint).filter((keysym) => keysym !== null);
}

/**
 * What a key means, whatever the layout: `key` is what the person's own layout made of it.
 *
 * The number pad types plain digits and moves plainly, so that Num Lock matters here and not there.
 * @param {{ key: string, location?: number }} event a KeyboardEvent, or as much of one
 * @returns {number|null} null for dead keys, input methods and keys without a meaning
 */
export function keysymOfKey({ key, location = 0 }) {
  if (isCharacter(key)) return keysymOfCodePoint(key.codePointAt(0) ?? 0);
  if (key === 'Enter' && location === NUMPAD) return KP_ENTER;
  const named = Object.hasOwn(NAMED, key) ? NAMED[key] : null;
  if (Array.isArray(named)) return named[location === RIGHT ? 1 : 0];
  if (named !== null) return named;
  const number = /^F([1-9]|[12][0-9]|3[0-5])$/.exec(key)?.[1];
  return number ? F1 + Number(number) - 1 : null;
}

/**
 * What a key means as a shortcut: of a layout without Latin letters, the letter or digit that the key has on the others.
 * @param {{ key: string, code?: string, location?: number }} event
 * @returns {number|null} as keysymOfKey
 */
export function keysymOfShortcut({ key, code = '', location }) {
  const foreign = isCharacter(key) && (key.codePointAt(0) ?? 0) > 0x7f;
  const latin = foreign ? /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code) : null;
  return keysymOfKey({ key: latin ? (latin[1] ?? latin[2]).toLowerCase() : key, location });
}

/**
 * Whether a KeyboardEvent.key is a character (one code point) and not the name of a key.
 * @param {string} key
 */
export function isCharacter(key) {
  return key !== '' && [...key].length === 1;
}
