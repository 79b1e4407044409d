// Products as a grid of photos.

import { h, icon } from './dom.js';
import { format, stateOf } from './state.js';
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

/** One card. `actions.why(hit, button)` is called when somebody asks why it is there; without it nobody can. */
export function card(hit, actions, position = EAGER) {
  const { product } = hit;
  const photos = product.photos ?? [];
  const tile = h('span', { class: 'tile' }, photos.length
    ? photo(photos[0].url, '', { eager: position < EAGER })
    : h('span', { class: 'no-photo', 'aria-hidden': 'true' }, product.title.charAt(0)));
  const link = h('a', { class: 'card-link', href: format(stateOf({ product: hit.id })) },
    tile,
    h('span', { class: 'brand' }, product.brand ?? ''),
    h('span', { class: 'title' }, product.title),
    h('span', { class: 'price' }, money(product.price, product.currency)));
  const made = h('li', { class: 'card', 'data-id': hit.id }, link, h('div', { class: 'acts' },
    h('a', { class: 'act', href: format(stateOf({ like: hit.id })), 'aria-label': `More like ${product.title}`, title: 'More like this' },
      icon('alike'), h('span', {}, 'More like this')),
    actions.why && h('button', {
      class: 'act', type: 'button', 'aria-label': `Why ${product.title} is here`, title: 'Why is this here?', 'aria-haspopup': 'dialog',
      onclick: (event) => actions.why(hit, event.currentTarget),
    }, icon('why'))));
  if (photos.length > 1) showSecondWhenAsked(made, tile, photos[1].url);
  return made;
}

// The second photo is fetched only for those who look closer.
function showSecondWhenAsked(made, tile, url) {
  const look = () => {
    if (tile.children.length > 1) return;
    const second = photo(url, '', { eager: true });
    second.classList.add('second');
    tile.append(second);
  };
  made.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') look(); });
  made.addEventListener('focusin', look);
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
