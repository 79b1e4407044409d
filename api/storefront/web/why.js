// Why a product was found: its signals as bars, in words a shopkeeper understands.

import { byId, h, icon, phone } from './dom.js';
import { count, label } from './words.js';

const MEANINGS = {
  image: (asked) => (asked.picture ? (asked.q ? 'Photo fits your picture and words' : 'Photo looks alike') : 'Photo shows what you wrote'),
  text: (asked) => (asked.q ? 'Its text means the same' : 'Its text is alike'),
  fused: () => 'Alike as a whole',
  photos: () => 'One of its photos comes close',
  lexical: () => 'Contains your very words',
  away_image: () => 'Looks like what you did not want',
  away_text: () => 'Reads like what you did not want',
  relevance: () => 'How well it fits, all in all',
  taste_long: () => 'Like what you usually like',
  taste_session: () => 'Like what you looked at just now',
  interest: () => 'Near to one thing that you like',
  dislike: () => 'Like what you dismissed',
  together: () => 'Wanted together with what you like',
  shoppers: () => 'Wanted by shoppers of your taste',
  fatigue: () => 'Shown to you before',
  popularity: () => 'Popular with others',
  freshness: () => 'New in the shop',
  brand_affinity: () => 'A brand that you like',
  category_affinity: () => 'A category that you like',
  attribute_affinity: () => 'Traits that you like',
};
// What a ranker goes by, what others here are made into, and what says nothing while it says the same of all.
const NEVER_SHOWN = ['standing', 'price_gap', 'taste'];
const OF_THE_SHOP = ['popularity', 'freshness', 'brand_affinity', 'category_affinity', 'attribute_affinity', 'together'];
const MISSING = { image: 'has no photo', lexical: 'none of them' };

let closedAt = -1000;
byId('why').addEventListener('toggle', (event) => { if (event.newState === 'closed') closedAt = performance.now(); });

/** Show it beside `button`. `asked` is `{q, picture}`; `hits` are all that are shown, to compare with. */
export function explain(hit, button, { asked, hits }) {
  const panel = byId('why');
  // A click beside an open panel closes it, also one on its own button, which then must not open it again.
  if (panel.dataset.of === hit.id && performance.now() - closedAt < 300) return;
  panel.dataset.of = hit.id;
  const names = Object.keys(MEANINGS);
  const signals = Object.keys(hit.signals ?? {}).filter((name) => tells(name, hits));
  signals.sort((a, b) => (names.indexOf(a) + 99) % 99 - (names.indexOf(b) + 99) % 99);
  const found = foundWords(asked.q, hit.product);
  const reasons = hit.reason ? [hit.reason.text] : hit.why ?? [];
  const place = hits.findIndex((other) => other.id === hit.id) + 1;
  panel.replaceChildren(...[
    h('header', {}, h('h2', {}, 'Why is this here?'),
      h('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => panel.hidePopover() }, icon('close'))),
    h('p', { class: 'why-title' }, hit.product.title),
    reasons.length > 0 && h('ul', { class: 'reasons' }, reasons.map((text) => h('li', {}, text))),
    h('dl', {}, signals.map((name) => row(name, hit, hits, asked))),
    found.length > 0 && h('p', { class: 'found' }, 'Words it contains: ', found.map((word) => h('mark', {}, word))),
    hit.rules?.length > 0 && h('p', { class: 'found' }, hit.rules.length > 1 ? 'Rules of this shop have moved it: ' : 'A rule of this shop has moved it: ', hit.rules.join(', ')),
    h('p', { class: 'small' }, `Place ${count(place)}. Bars compare it with the other products shown here.`),
  ].filter(Boolean));
  panel.showPopover();
  beside(panel, button);
}

function tells(name, hits) {
  const values = hits.map((other) => other.signals?.[name] ?? null).filter((value) => value !== null);
  return values.length > 0 && !NEVER_SHOWN.includes(name) && (!OF_THE_SHOP.includes(name) || new Set(values).size > 1);
}

function row(name, hit, hits, asked) {
  const meaning = MEANINGS[name] ? MEANINGS[name](asked) : label(name);
  const strength = strengthOf(name, hit, hits);
  const words = strength === null ? MISSING[name] ?? 'unknown' : named(strength);
  const rank = strength === null ? null : hit.ranks?.[name];
  const bar = h('span', { class: 'signal', 'aria-hidden': 'true' }, h('span'));
  bar.firstChild.style.width = `${Math.round((strength ?? 0) * 100)}%`;
  const exact = hit.signals[name] === null ? null : `${name} ${hit.signals[name].toFixed(3)}`;
  return [h('dt', {}, meaning, h('span', { class: 'strength' }, rank ? `${words}, no. ${count(rank)}` : words)), h('dd', { title: exact }, bar)];
}

/**
 * 0 to 1 between the weakest and the strongest product shown, which keeps a quarter for the weakest: it was found,
 * after all. Null when the signal is missing.
 */
function strengthOf(name, hit, hits) {
  const value = hit.signals[name];
  if (value === null || (name === 'lexical' && value <= 0)) return null;
  const values = hits.map((other) => other.signals?.[name] ?? null).filter((other) => other !== null);
  const high = Math.max(...values);
  const low = name === 'lexical' ? 0 : Math.min(...values);
  if (high <= low) return 1;
  const share = (value - low) / (high - low);
  return name === 'lexical' ? share : 0.25 + 0.75 * share;
}

function named(strength) {
  if (strength >= 0.985) return 'the strongest';
  if (strength >= 0.75) return 'strong';
  return strength >= 0.5 ? 'fair' : 'weak';
}

/** Words of the query that stand in what is shown of the product, whatever their case, accents or plural. */
function foundWords(q, product) {
  const plain = (text) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const parts = [product.title, product.brand, product.category, ...Object.values(product.attributes ?? {})].flat();
  const there = new Set(plain(parts.join(' ')).split(/[^\p{L}\p{N}]+/u).map(stem));
  const asked = (q ?? '').split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  return [...new Set(asked)].filter((word) => there.has(stem(plain(word))));
}

const stem = (word) => (word.length > 3 ? word.replace(/(?<=(?:x|s|ch|sh))es$|(?<!s)s$/, '') : word);

// On a phone it is a sheet at the lower edge, and the style places it.
function beside(panel, button) {
  panel.style.left = '';
  panel.style.top = '';
  if (phone.matches) return;
  const at = button.getBoundingClientRect();
  const size = panel.getBoundingClientRect();
  const left = Math.min(Math.max(12, at.right - size.width), innerWidth - size.width - 12);
  const below = at.bottom + 8 + size.height < innerHeight;
  panel.style.left = `${left}px`;
  panel.style.top = `${below ? at.bottom + 8 : Math.max(12, at.top - 8 - size.height)}px`;
}
