// How a product's variants look: as spots of their colours, or as small photos where colours cannot tell them apart.

import { dye } from './colours.js';
import { h } from './dom.js';
import { format, stateOf } from './state.js';
import { count } from './words.js';

const COLOUR = /^(base|main|primary)?[ _-]?colou?rs?[ _-]?(name)?$/i;
const SHOWN_MAX = 5;

/** The name of the attribute that says a product's colour; undefined when it has none. */
export const colourField = (product) => Object.keys(product.attributes ?? {}).filter((name) => COLOUR.test(name)).sort((a, b) => a.length - b.length)[0];
export const colourOf = (product) => [product.attributes?.[colourField(product)]].flat()[0] ?? '';

/** What tells a product's looks from its variants': its first photo, else its colour. */
export const lookOf = (product) => product.photos?.[0]?.digest ?? colourOf(product);

/** One of each look among products of one group, the first of them. */
export function distinct(variants) {
  const found = new Map();
  for (const one of variants) if (!found.has(lookOf(one.product))) found.set(lookOf(one.product), one);
  return [...found.values()];
}

/** A row of up to five looks of a hit; `show(variant)` is called with the one that is pointed at. Null without any. */
export function looks(hit, show) {
  const { count: others, products } = hit.variants ?? { count: 0, products: [] };
  if (!others) return null;
  const all = distinct([hit, ...products]);
  if (all.length < 2) return h('p', { class: 'looks' }, h('span', { class: 'small' }, `${count(others + 1)} variants`));
  const shown = all.slice(0, SHOWN_MAX);
  const rest = all.length - shown.length + others - products.length;
  const dyes = spotsOf(shown);
  const buttons = shown.map((one, i) => lookButton(one, dyes?.[i], i === 0));
  const pick = (i) => {
    buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(at === i)));
    show(shown[i]);
  };
  buttons.forEach((button, i) => {
    button.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') pick(i); });
    button.addEventListener('focus', () => pick(i));
    button.addEventListener('click', () => pick(i));
  });
  const more = rest > 0 && h('a', { class: 'rest', href: format(stateOf({ product: hit.id })), 'aria-label': `${count(rest)} more variants of ${hit.product.title}` }, `+${count(rest)}`);
  return h('div', { class: 'looks', role: 'group', 'aria-label': 'Variants' }, buttons, more);
}

// Spots only where each of them has a colour that no other one has.
function spotsOf(shown) {
  const dyes = shown.map(({ product }) => dye(String(colourOf(product))));
  return dyes.every(Boolean) && new Set(dyes).size === dyes.length ? dyes : null;
}

function lookButton({ product }, colour, isFirst) {
  const name = colourOf(product) || product.title;
  const face = h('span', { class: 'spot' });
  if (colour) face.style.background = colour;
  const [first] = product.photos ?? [];
  return h('button', { type: 'button', class: colour ? 'look' : 'look small-photo', 'aria-pressed': String(isFirst), 'aria-label': name, title: name },
    !colour && first ? h('img', { src: `${first.url}&size=160`, alt: '', width: 24, height: 32, loading: 'lazy' }) : face);
}
