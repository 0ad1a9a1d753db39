// Small helpers to find, make and announce elements. Text goes in as text, never as markup.
// @ts-check

const ICONS = new URL('../img/icons.svg', import.meta.url);
const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T} throws when the page does not have it
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (element);
}

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * One of our icons, for the eye only.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Set a text only when it is another one, so that screen readers are not told twice.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Change the label and the icon of a button.
 * @param {Element} button
 * @param {string} label
 * @param {string} [iconName]
 */
export function setButton(button, label, iconName) {
  const text = button.querySelector('.label');
  if (text) setText(text, label);
  else button.setAttribute('aria-label', label);
  const use = button.querySelector('use');
  if (iconName && use) use.setAttribute('href', `${ICONS}#${iconName}`);
}

/** Say something to those who listen instead of look.
 * @param {string} text
 */
export function announce(text) {
  setText(byId('announcer'), text);
}
