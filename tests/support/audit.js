// What a page must not have, as sentences; run by tests/e2e/test_pages.py. An own, small audit: names, ids, sizes, contrast.
() => {
  const found = [];
  const describe = (element) => {
    const id = element.id ? `#${element.id}` : '';
    return `<${element.tagName.toLowerCase()}${id} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').trim().slice(0, 40)}`;
  };
  const visible = (element) => {
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility() && style.visibility === 'visible' && width > 1 && height > 1 && style.clipPath === 'none';
  };

  if (document.scrollingElement.scrollWidth > innerWidth) found.push('wider than the screen');
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) found.push(`id ${id} twice`);
  for (const name of ['for', 'aria-controls', 'aria-labelledby', 'aria-describedby']) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) {
        if (!document.getElementById(id)) found.push(`${name} without its ${id}: ${describe(element)}`);
      }
    }
  }
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  for (const image of document.images) if (!image.hasAttribute('alt')) found.push(`no alt: ${image.src}`);
  // Where a pointer is, changes with it: set by script, as a content policy allows.
  for (const element of document.querySelectorAll('[style]:not(.pointer), script:not([src]), style')) {
    if (!element.closest('svg')) found.push(`inline: ${describe(element)}`);
  }

  const controls = 'a[href], button, input:not([type=hidden]), textarea, select, summary, [role=tab]';
  for (const element of [...document.querySelectorAll(controls)].filter(visible)) {
    const label = element.labels?.[0]?.textContent ?? '';
    const name = element.getAttribute('aria-label') ?? (label || element.textContent || element.title);
    if (!name.trim()) found.push(`no name: ${describe(element)}`);
    const { width, height } = element.getBoundingClientRect();
    const inText = element.matches('p a, .error a') || element.matches('input:is([type=checkbox], [type=radio])');
    if (matchMedia('(pointer: coarse)').matches && !inText && (width < 44 || height < 44)) {
      if (element.tabIndex >= 0) found.push(`small (${Math.round(width)}x${Math.round(height)}): ${describe(element)}`);
    }
  }

  // A canvas reads every way to write a colour, color-mix() too.
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
  };
  const over = (top, under) => top.slice(0, 3).map((value, index) => value * top[3] + under[index] * (1 - top[3]));
  const ground = (element) => {
    if (!element) return [1, 1, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const light = (color) => {
    const [r, g, b] = color.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, two) => {
    const [dark, bright] = [light(one), light(two)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !visible(element) || element.closest('svg, option, noscript, #stage-keys')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const under = ground(element);
    const ratio = contrast(over(rgba(style.color), under), under);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${describe(element)}`);
  }
  for (const element of [...document.querySelectorAll('input:not([type=range], [type=checkbox], [type=hidden]), textarea, .button:not(.primary, .quiet, :disabled)')].filter(visible)) {
    if (element.id === 'stage-keys') continue;
    const edge = rgba(getComputedStyle(element).borderTopColor);
    const ratio = contrast(edge.slice(0, 3), ground(element.parentElement));
    if (edge[3] > 0 && ratio < 3) found.push(`edge ${ratio.toFixed(2)}: ${describe(element)}`);
  }
  return found;
}
