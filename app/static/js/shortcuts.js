// Keys of the page itself, which reach it only while the keys do not go to the shared browser or into a field.
// @ts-check

/**
 * Pure but for the look at where the key goes.
 * @param {KeyboardEvent} event
 * @returns {string} `Shift+S` for one; empty when the key means something else where it is pressed
 */
export function shortcutOf(event) {
  const { key, shiftKey, ctrlKey, altKey, metaKey, repeat, isComposing, target } = event;
  if (ctrlKey || altKey || metaKey || repeat || isComposing || key.length !== 1) return '';
  if (target instanceof Element && target.closest('input, textarea, select, [contenteditable]')) return '';
  return `${shiftKey ? 'Shift+' : ''}${key.toUpperCase()}`;
}

/** @param {Record<string, () => void>} actions by shortcut */
export function followShortcuts(actions) {
  document.addEventListener('keydown', (event) => {
    const action = actions[shortcutOf(event)];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
