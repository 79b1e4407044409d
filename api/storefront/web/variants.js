// The other products of a product's group as links: by their looks first, then by what else tells them apart.

import { ask } from './api.js';
import { h } from './dom.js';
import { colourField, colourOf, distinct, lookOf } from './looks.js';
import { format, stateOf } from './state.js';
import { label, value } from './words.js';

const VARIANTS_MAX = 100;
const LETTERS = ['xxs', 'xs', 's', 'm', 'l', 'xl', 'xxl', 'xxxl'];

/** Rows of links to the group of `product`, itself marked; none when it is alone. */
export async function variantsOf(product) {
  const body = { filter: { group_id: product.group_id }, limit: VARIANTS_MAX, include_unavailable: true, collapse: false };
  const others = (await ask('/v1/search', { body })).hits.filter((hit) => hit.id !== product.id);
  if (!others.length) return [];
  const current = { id: product.id, product };
  return [...byLooks(current, others), ...byOthers(current, others)];
}

// The order is the same on the page of each of them, so that nothing jumps.
function byLooks(current, others) {
  const names = kindOf(current.product);
  const like = (one) => Object.entries(kindOf(one.product)).filter(([name, of]) => names[name] === of).length;
  const nearest = [...others].sort((a, b) => like(b) - like(a));
  const all = distinct([current, ...nearest]).sort((a, b) => order(a.id, b.id));
  if (all.length < 2) return [];
  const colour = colourOf(current.product);
  const links = all.map((one) => {
    const { product } = one;
    const [first] = product.photos ?? [];
    const name = colourOf(product) || product.title;
    return variantLink(one, current, 'look-link', first
      ? [h('img', { src: `${first.url}&size=160`, alt: '', width: 60, height: 80, loading: 'lazy' }), h('span', { class: 'unseen' }, name)] : name);
  });
  return [h('h2', {}, colour ? [`${label(colourField(current.product))}: `, h('b', {}, colour)] : 'Also as'), h('ul', {}, links)];
}

// What looks the same differs in size, or in something else that its attributes or its title say.
function byOthers(current, others) {
  const same = [current, ...others.filter((one) => lookOf(one.product) === lookOf(current.product))];
  if (same.length < 2) return [];
  const fields = Object.keys(kindOf(current.product)).filter((name) => new Set(same.map((one) => kindOf(one.product)[name])).size > 1);
  const words = (one) => fields.map((name) => value(kindOf(one.product)[name] ?? '')).filter(Boolean).join(', ') || one.product.title;
  same.sort((a, b) => order(words(a), words(b)));
  return [h('h2', {}, fields.length === 1 ? label(fields[0]) : 'Also as'), h('ul', {}, same.map((one) => variantLink(one, current, 'size-link', words(one))))];
}

function variantLink({ id, product }, current, kind, ...content) {
  const gone = product.available === false;
  return h('li', {}, h('a', {
    class: gone ? `${kind} sold-out` : kind, href: format(stateOf({ product: id })), title: gone ? `${product.title}, not available now` : product.title,
    'aria-current': id === current.id || (kind === 'look-link' && lookOf(product) === lookOf(current.product)) ? 'true' : null,
  }, content));
}

// Attributes of one value; a list says what there is of a product, not which one it is.
function kindOf(product) {
  return Object.fromEntries(Object.entries(product.attributes ?? {}).filter(([, of]) => of !== null && !Array.isArray(of)));
}

function order(a, b) {
  const [first, second] = [a, b].map((text) => LETTERS.indexOf(text.toLowerCase()));
  return first >= 0 && second >= 0 ? first - second : a.localeCompare(b, undefined, { numeric: true });
}
