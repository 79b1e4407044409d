// One product: its photos, what is known of it, its variants, and what is like it.

import { Problem, ask } from './api.js';
import { calm, h, icon } from './dom.js';
import { arrows, card, number, photo, skeletons } from './grid.js';
import { trouble } from './notices.js';
import { format, stateOf } from './state.js';
import { about, opinionButtons, tell } from './taste.js';
import { variantsOf } from './variants.js';
import { explain } from './why.js';
import { label, money, value } from './words.js';

const SIMILAR = 12;
const WIDE = '(max-width: 760px) 100vw, 600px';

export class ProductPage {
  constructor({ back, go, unlike, changed }) {
    this.back = back;
    this.go = go;
    this.unlike = unlike;
    this.changed = changed;
    this.root = h('article', { class: 'product' });
    document.addEventListener('keydown', (event) => this.onKey(event));
  }

  async show(id) {
    if (this.id === id) return;
    this.id = id;
    this.root.replaceChildren(h('div', { class: 'gallery' }, h('span', { class: 'tile wait' })), h('div', { class: 'facts' }));
    try {
      const { product } = await ask(`/v1/products/${encodeURIComponent(id)}`);
      if (this.id === id) this.fill(product);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (this.id !== id) return;
      this.id = null;
      this.root.replaceChildren(this.backLink(), trouble(problem, () => this.show(id)));
    }
  }

  fill(product) {
    this.gallery = gallery(product);
    const similar = h('ul', { class: 'grid', 'aria-label': 'Similar products' }, skeletons(4));
    const variants = h('div', { class: 'variants' });
    arrows(similar, () => this.root.querySelector('a, button')?.focus());
    this.root.replaceChildren(this.backLink(), this.gallery.root, facts(product, variants, this.unlike(product.id)),
      h('section', { class: 'similar' }, h('h2', {}, 'More like this'), similar));
    this.changed(product.title);
    tell('view', product.id);
    showSimilar(product, similar, (id) => this.go(stateOf({ like: [product.id], unlike: [id] })));
    if (product.group_id) showVariants(product, variants);
  }

  backLink() {
    return h('a', { class: 'back', href: '/', onclick: (event) => { if (this.back()) event.preventDefault(); } }, icon('back'), 'Back');
  }

  onKey(event) {
    const isBusy = event.target.closest?.('input, select, textarea, dialog[open], .grid') || event.ctrlKey || event.metaKey || event.altKey;
    if (!this.root.isConnected || isBusy) return;
    if (event.key === 'ArrowLeft') this.gallery?.step(-1);
    else if (event.key === 'ArrowRight') this.gallery?.step(1);
    else if (event.key === 'Escape' && !document.querySelector(':popover-open')) this.back();
  }
}

function gallery({ photos, title }) {
  if (!photos.length) return { root: h('div', { class: 'gallery' }, h('span', { class: 'tile' }, h('span', { class: 'no-photo' }, title.charAt(0)))), step() {} };
  const slides = photos.map(({ url }, i) => h('div', { class: 'tile' }, large(url, i ? `${title}, photo ${i + 1}` : title, i === 0)));
  const strip = h('div', { class: 'strip', tabindex: photos.length > 1 ? '0' : null, 'aria-label': 'Photos', role: 'group' }, slides);
  const root = h('div', { class: 'gallery' }, h('div', { class: 'stage' }, strip));
  if (photos.length < 2) return { root, step() {} };
  const at = () => Math.round(strip.scrollLeft / strip.clientWidth);
  const to = (i) => strip.scrollTo({ left: i * strip.clientWidth, behavior: calm() ? 'instant' : 'smooth' });
  const step = (by) => to((at() + by + photos.length) % photos.length);
  const thumbs = photos.map(({ url }, i) => h('button', { type: 'button', 'aria-label': `Photo ${i + 1}`, onclick: () => to(i) },
    h('img', { src: `${url}&size=160`, alt: '', width: 60, height: 80, loading: 'lazy' })));
  const mark = () => thumbs.forEach((thumb, i) => thumb.setAttribute('aria-current', String(i === at())));
  strip.addEventListener('scroll', mark, { passive: true });
  root.firstChild.append(
    h('button', { type: 'button', class: 'step left', 'aria-label': 'Photo before', onclick: () => step(-1) }, icon('left')),
    h('button', { type: 'button', class: 'step right', 'aria-label': 'Next photo', onclick: () => step(1) }, icon('right')));
  root.append(h('div', { class: 'thumbs' }, thumbs));
  thumbs[0].setAttribute('aria-current', 'true');
  return { root, step };
}

function large(url, alt, eager) {
  const image = photo(url, alt, { sizes: WIDE, eager });
  image.srcset += `, ${url}&size=1280 960w`;
  return image;
}

function facts(product, variants, less) {
  const more = format(stateOf({ like: [product.id] }));
  const opinions = opinionButtons();
  about(opinions, product.id, product.title);
  return h('div', { class: 'facts' },
    product.brand && h('a', { class: 'brand', href: format(stateOf({ filters: { brand: [product.brand] } })) }, product.brand),
    h('h1', { tabindex: '-1' }, product.title),
    h('p', { class: 'price' }, money(product.price, product.currency), !product.available && h('span', { class: 'gone' }, 'Not available now')),
    variants,
    h('p', { class: 'deeds' },
      h('a', { class: 'solid-button', href: more }, icon('alike'), 'More like this'),
      h('span', { class: 'opinions' }, opinions),
      less && h('button', { type: 'button', class: 'line-button', onclick: less }, icon('less'), 'Less like this'),
      /^https?:/.test(product.url ?? '') && h('a', { class: 'line-button', href: product.url, rel: 'noopener' }, 'To the shop', icon('out'))),
    product.description && h('div', { class: 'description' }, product.description.split(/\n{2,}/).map((part) => h('p', {}, part))),
    h('dl', { class: 'attributes' }, rows(product).map(([field, of]) => [h('dt', {}, label(field)), h('dd', {}, linked(field, of))])));
}

function rows(product) {
  const attributes = Object.entries(product.attributes).map(([name, of]) => [`attributes.${name}`, of]);
  return [['category', product.category], ...attributes].filter(([, of]) => of !== null && of !== undefined && of !== '');
}

// Words lead to everything else that has them; numbers are only said.
function linked(field, of) {
  return [of].flat().flatMap((one, i) => [i ? ', ' : '', typeof one === 'string'
    ? h('a', { href: format(stateOf({ filters: { [field]: [one] } })) }, one) : value(one)]);
}

async function showSimilar(product, grid, less) {
  try {
    const path = `/v1/products/${encodeURIComponent(product.id)}/similar?limit=${SIMILAR}&explain=true`;
    const { hits, query_id: queryId } = await ask(path);
    const why = (hit, button) => explain(hit, button, { asked: { picture: true }, hits });
    grid.replaceChildren(...hits.map((hit) => card(hit, { why, less })));
    number(grid.children, queryId);
    grid.parentElement.hidden = !hits.length;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    // A product that was stored a moment ago is not in the index yet.
    grid.parentElement.hidden = true;
  }
}

async function showVariants(product, place) {
  // A product without its variants is a product all the same.
  const shown = await variantsOf(product).catch(() => []);
  place.append(...shown);
}
