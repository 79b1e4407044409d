// Elements from plain calls. Texts always become text nodes, never markup.

const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

/** An element; `on...` properties become listeners, null and false are left out. */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'class') made.className = value;
    else if (name === 'value' || name === 'checked' || name === 'htmlFor') made[name] = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** One of the symbols that stand in the page. */
export function icon(name) {
  const made = document.createElementNS(SVG, 'svg');
  made.setAttribute('class', 'icon');
  made.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  made.append(use);
  return made;
}

/** Tell a screen reader. */
export function say(text) {
  byId('said').textContent = text;
}

let hiding = 0;

/** A sentence at the lower edge that leaves by itself. */
export function note(text) {
  const box = byId('note');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 6000);
}

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
export const phone = matchMedia('(max-width: 760px)');
