// Products as a grid of photos.

import { h, icon } from './dom.js';
import { looks } from './looks.js';
import { format, stateOf } from './state.js';
import { about, opinionButtons } from './taste.js';
import { money } from './words.js';

const EAGER = 8;
const SIZES = '(max-width: 760px) 46vw, (max-width: 1100px) 30vw, 300px';

/** The attributes of an image that is `size` pixels on its longer side, sharper on dense screens. */
export function photo(url, alt, { sizes = SIZES, eager = false } = {}) {
  // A portrait photo is three quarters as wide as it is high, and the server's sizes are of the longer side.
  const set = [[320, 240], [480, 360], [640, 480], [960, 720]].map(([size, width]) => `${url}&size=${size} ${width}w`);
  const image = h('img', {
    src: `${url}&size=480`, srcset: set.join(', '), sizes, alt, width: 360, height: 480, decoding: 'async', draggable: 'true',
    loading: eager ? 'eager' : 'lazy',
  });
  image.addEventListener('load', () => fit(image), { once: true });
  return image;
}

// A photo of nearly the tile's own shape fills it; any other one is shown whole.
function fit(image) {
  const shape = image.naturalWidth / image.naturalHeight;
  image.classList.toggle('whole', shape < 0.66 || shape > 0.9);
}

/**
 * One card. `actions.why(hit, button)` is called when somebody asks why it is there, and `actions.less(id)` when they
 * want nothing like it; without them nobody can. A variant that is pointed at takes the place of the hit's own product.
 */
export function card(hit, actions, position = EAGER) {
  const tile = h('span', { class: 'tile' });
  const words = Object.fromEntries(['brand', 'title', 'price'].map((name) => [name, h('span', { class: name })]));
  const link = h('a', { class: 'card-link' }, tile, Object.values(words));
  const more = h('a', { class: 'act', title: 'More like this' }, icon('alike'), h('span', {}, 'More'));
  const less = actions.less && h('button', { class: 'act', type: 'button', title: 'Less like this', onclick: () => actions.less(now.id) },
    icon('less'), h('span', {}, 'Less'));
  const why = actions.why && h('button', {
    class: 'act why-act', type: 'button', title: 'Why is this here?', 'aria-haspopup': 'dialog', onclick: (event) => actions.why(hit, event.currentTarget),
  }, icon('why'));
  // Where nothing can hover, one button brings the others.
  const opinions = opinionButtons(() => contextOf(link));
  const dots = h('button', { class: 'act dots', type: 'button', 'aria-expanded': 'false', onclick: () => dots.setAttribute('aria-expanded', String(made.classList.toggle('acting'))) }, icon('dots'));
  let now = hit;
  const name = () => {
    const { product } = now;
    link.href = format(stateOf({ product: now.id }));
    link.dataset.vitrineProduct = now.id;
    about(opinions, now.id, product.title);
    more.href = format(stateOf({ like: [now.id] }));
    words.brand.textContent = product.brand ?? '';
    words.title.textContent = product.title;
    words.price.textContent = money(product.price, product.currency);
    more.setAttribute('aria-label', `More like ${product.title}`);
    less?.setAttribute('aria-label', `Less like ${product.title}`);
    why?.setAttribute('aria-label', `Why ${hit.product.title} is here`);
    dots.setAttribute('aria-label', `What to do with ${product.title}`);
  };
  const show = (variant) => {
    if (variant.id === now.id) return;
    now = variant;
    name();
    exchange(tile, variant.product);
  };
  name();
  tile.append(face(hit.product, position < EAGER));
  const made = h('li', { class: 'card', 'data-id': hit.id }, link, h('div', { class: 'opinions' }, opinions),
    h('div', { class: 'acts' }, more, less, why, dots), looks(hit, show), reasonOf(hit));
  showSecondWhenAsked(made, link, tile, () => now.product.photos?.[1]?.url);
  return made;
}

// Why a product of a feed is here, or what of a hit the shopper is known to like.
function reasonOf({ reason, why }) {
  const text = reason?.text ?? why?.[0];
  return text && h('p', { class: 'reason' }, text.charAt(0).toUpperCase() + text.slice(1));
}

// The answer that a card belongs to, and its place there, as events say it.
function contextOf(link) {
  const query = link.closest('[data-vitrine-query]')?.dataset.vitrineQuery;
  return query ? { query_id: query, position: Number(link.dataset.vitrinePosition) } : {};
}

/** Note at the cards of an answer which one it was and where they stood in it, for events. */
export function number(cards, queryId) {
  [...cards].forEach((made, i) => {
    if (queryId) made.dataset.vitrineQuery = queryId;
    const link = made.querySelector('.card-link');
    if (link) link.dataset.vitrinePosition = i;
  });
}

function face({ photos, title }, eager) {
  return photos?.length ? photo(photos[0].url, '', { eager }) : h('span', { class: 'no-photo', 'aria-hidden': 'true' }, title.charAt(0));
}

// The photo before stays until the next one can be seen.
async function exchange(tile, product) {
  const next = face(product, true);
  tile.querySelectorAll('.second, .next').forEach((one) => one.remove());
  next.classList.add('next');
  tile.append(next);
  await next.decode?.().catch(() => null);
  if (next.parentElement !== tile) return;
  next.classList.remove('next');
  tile.replaceChildren(next);
}

// The second photo is fetched only for those who look closer.
function showSecondWhenAsked(made, link, tile, second) {
  const look = () => {
    if (!second() || tile.querySelector('.second, .next')) return;
    const image = photo(second(), '', { eager: true });
    image.classList.add('second');
    tile.append(image);
  };
  made.addEventListener('pointermove', (event) => { if (event.pointerType === 'mouse' && !event.target.closest('.looks')) look(); });
  link.addEventListener('focus', look);
}

export function skeletons(number) {
  return Array.from({ length: number }, () => h('li', { class: 'card skeleton', 'aria-hidden': 'true' },
    h('span', { class: 'tile' }), h('span', { class: 'bar short' }), h('span', { class: 'bar' })));
}

/** Move through a grid by arrow keys, Home and End; up from its first row calls `leave`. */
export function arrows(grid, leave) {
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(grid), ArrowUp: -columns(grid), Home: -Infinity, End: Infinity }[event.key];
    const links = [...grid.querySelectorAll('.card-link')];
    const at = links.indexOf(document.activeElement?.closest('.card')?.querySelector('.card-link'));
    if (step === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' && at + step < 0) {
      leave();
      return;
    }
    const to = links[Math.min(links.length - 1, Math.max(0, at + step))];
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: 'nearest' });
  });
}

function columns(grid) {
  return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
}
