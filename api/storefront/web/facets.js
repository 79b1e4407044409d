// Filters: what the answer's facets offer, and what is chosen of it.

import { dye } from './colours.js';
import { h, icon } from './dom.js';
import { toggled, withField } from './state.js';
import { count, label, money, range } from './words.js';

const SHORT = 8;
const SEARCHED_FROM = 12;
const VALUES_MAX = 200;
// More values than this tell products apart by name rather than by kind.
const USEFUL_MAX = 60;
const WORTH_SHOWING = 0.4;

/** What to ask for in a search. */
export function wanted(shop) {
  return shop.facets.map(({ field, kind }) => (kind === 'number' ? field : { field, limit: VALUES_MAX }));
}

/**
 * The panel with all filters; what is open stays open. `set(filters)` is called with what is chosen then, and
 * `lookUp(field, text)` for values of that name where an answer holds only the most frequent ones.
 */
export function filterPanel(set, lookUp) {
  const root = h('div', { class: 'filters' });
  const opened = new Map();
  const texts = new Map();
  const show = (shop, answer, filters) => {
    const at = document.activeElement?.dataset?.key;
    const context = { filters, set, lookUp, opened, texts, again: () => show(shop, answer, filters), currency: answer.currency };
    const groups = ordered(shop.facets, answer, filters).map((facet, i) => group(facet, answer.facets?.[facet.field], i, context));
    root.replaceChildren(...groups.filter(Boolean));
    if (at) [...root.querySelectorAll('[data-key]')].find((one) => one.dataset.key === at)?.focus({ preventScroll: true });
  };
  return { root, show };
}

// The shop's own fields first, then the attributes that most of what was found has; what few have, tells little.
function ordered(facets, answer, filters) {
  const isOwn = ({ field, kind }) => kind === 'colour' || !field.startsWith('attributes.');
  const share = ({ field }) => (answer.facets?.[field]?.values ?? []).reduce((sum, { count: number }) => sum + number, 0) / (answer.total || 1);
  const others = facets.filter((facet) => !isOwn(facet) && (filters[facet.field] || share(facet) >= WORTH_SHOWING));
  return [...facets.filter(isOwn), ...others.sort((a, b) => Math.min(1, share(b)) - Math.min(1, share(a)))];
}

function group(facet, found, position, context) {
  const chosen = context.filters[facet.field];
  const body = found && bodyOf(facet, found, chosen, context);
  if (!body) return null;
  const isOpen = context.opened.get(facet.field) ?? (position < 4 || Boolean(chosen));
  const made = h('details', { class: 'facet', open: isOpen },
    h('summary', { 'data-key': `${facet.field} summary` }, facet.label,
      chosen && h('span', { class: 'badge' }, Array.isArray(chosen) ? chosen.length : 1), icon('down')),
    body);
  made.addEventListener('toggle', () => context.opened.set(facet.field, made.open));
  return made;
}

function bodyOf(facet, found, chosen, context) {
  if (found.kind === 'number') return found.max > found.min ? numberBody(facet, found, chosen, context) : null;
  const values = withChosen(found.values ?? [], chosen ?? []);
  const isUseful = values.length > 1 || chosen;
  const isKnown = ['category', 'brand'].includes(facet.field) || facet.kind === 'colour' || chosen;
  if (!isUseful || (!isKnown && values.length + (found.more ?? 0) > USEFUL_MAX)) return null;
  const swatches = facet.kind === 'colour' && values.filter(({ value }) => dye(value)).length > values.length / 2;
  return listBody(facet, { values, more: found.more ?? 0 }, chosen ?? [], swatches, context);
}

function withChosen(values, chosen) {
  const missing = chosen.filter((one) => !values.some(({ value }) => String(value) === one));
  return [...values.map((one) => ({ ...one, value: String(one.value) })), ...missing.map((value) => ({ value, count: 0 }))];
}

function listBody(facet, { values, more: unseen }, chosen, swatches, context) {
  const { field } = facet;
  const short = swatches ? 15 : SHORT;
  const text = context.texts.get(field) ?? '';
  const all = context.opened.get(`${field} all`) ?? false;
  const list = h('ul', { class: swatches ? 'swatches' : 'values' });
  const fill = async (wantedText) => {
    const known = wantedText && unseen ? await context.lookUp(field, wantedText) : values;
    if (wantedText !== (context.texts.get(field) ?? '')) return;
    const matching = known.filter(({ value }) => value.toLowerCase().includes(wantedText.toLowerCase()));
    const limit = all || wantedText ? Infinity : short;
    const shown = matching.filter(({ value }, i) => i < limit || chosen.includes(value));
    list.replaceChildren(...shown.map((one) => option(field, one, chosen.includes(one.value), swatches, context)));
    if (!shown.length) list.append(h('li', { class: 'small' }, 'None of that name'));
  };
  fill(text);
  const search = values.length > SEARCHED_FROM && !swatches && h('input', {
    type: 'search', class: 'facet-search', placeholder: `Find in ${count(values.length + unseen)}`, 'aria-label': `Find a ${facet.label.toLowerCase()}`,
    'data-key': `${field} search`, value: text,
    oninput: (event) => { context.texts.set(field, event.target.value); fill(event.target.value); },
  });
  const more = values.length > short && !text && h('button', {
    type: 'button', class: 'plain more', 'data-key': `${field} more`,
    onclick: () => { context.opened.set(`${field} all`, !all); context.again(); },
  }, all ? 'Fewer' : unseen ? `First ${values.length}` : `All ${values.length}`);
  return h('div', { class: 'facet-body' }, search, list, more);
}

function option(field, { value, count: number }, isOn, isSwatch, context) {
  const change = () => context.set(toggled(context.filters, field, value));
  const key = `${field} = ${value}`;
  if (!isSwatch) {
    return h('li', {}, h('label', { class: 'value' },
      h('input', { type: 'checkbox', checked: isOn, onchange: change, 'data-key': key }),
      h('span', {}, value), h('span', { class: 'count' }, count(number))));
  }
  const spot = h('span', { class: 'spot' });
  const colour = dye(value);
  if (colour) spot.style.background = colour;
  return h('li', {}, h('button', {
    type: 'button', class: 'swatch', 'aria-pressed': String(isOn), onclick: change, 'data-key': key, title: `${value}, ${count(number)}`,
  }, spot, h('span', {}, value)));
}

function numberBody(facet, found, chosen, context) {
  // The bins begin and end at round numbers.
  const ends = [found.bins?.[0]?.from ?? found.min, found.bins?.at(-1)?.to ?? found.max, chosen?.gte, chosen?.lte].filter(Number.isFinite);
  const low = Math.floor(Math.min(...ends));
  const high = Math.ceil(Math.max(...ends));
  const now = { gte: Math.max(low, chosen?.gte ?? low), lte: Math.min(high, chosen?.lte ?? high) };
  const show = facet.field === 'price' ? (price) => money(price, context.currency) : count;
  const words = h('output', { class: 'range-words' });
  const track = h('div', { class: 'range' }, bars(found, low, high));
  const sides = ['gte', 'lte'].map((side) => h('input', {
    type: 'range', min: low, max: high, step: 1, 'data-key': `${facet.field} ${side}`,
    'aria-label': `${facet.label} ${side === 'gte' ? 'from' : 'to'}`,
  }));
  const draw = () => {
    words.textContent = `${show(now.gte)} – ${show(now.lte)}`;
    track.style.setProperty('--from', `${(100 * (now.gte - low)) / (high - low)}%`);
    track.style.setProperty('--to', `${(100 * (now.lte - low)) / (high - low)}%`);
    for (const bar of track.querySelectorAll('.bars span')) bar.classList.toggle('in', bar.dataset.to >= now.gte && bar.dataset.from <= now.lte);
  };
  sides.forEach((input, i) => {
    const side = i ? 'lte' : 'gte';
    input.value = String(now[side]);
    input.addEventListener('input', () => {
      now[side] = i ? Math.max(now.gte, Number(input.value)) : Math.min(now.lte, Number(input.value));
      input.value = String(now[side]);
      draw();
    });
    input.addEventListener('change', () => {
      const bounds = {};
      if (now.gte > low) bounds.gte = now.gte;
      if (now.lte < high) bounds.lte = now.lte;
      context.set(withField(context.filters, facet.field, Object.keys(bounds).length ? bounds : null));
    });
  });
  track.append(...sides);
  draw();
  return h('div', { class: 'facet-body' }, track, words);
}

function bars(found, low, high) {
  const bins = found.bins ?? [];
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return h('div', { class: 'bars', 'aria-hidden': 'true' }, bins.map((bin) => {
    const bar = h('span', { 'data-from': bin.from, 'data-to': bin.to });
    // A few products beside many would be a bar of no height, so the heights follow the square root.
    bar.style.height = `${bin.count ? Math.max(4, 100 * Math.sqrt(bin.count / most)) : 0}%`;
    bar.style.left = `${(100 * (bin.from - low)) / (high - low)}%`;
    bar.style.width = `${(100 * (bin.to - bin.from)) / (high - low)}%`;
    return bar;
  }));
}

/** What is chosen as `{field, words, without}`, one by one; `without` are the filters that are left then. */
export function chosenParts(shop, filters, currency) {
  return Object.entries(filters).flatMap(([field, chosen]) => {
    const name = shop.facets.find((facet) => facet.field === field)?.label ?? label(field);
    if (Array.isArray(chosen)) {
      return chosen.map((one) => ({ field, name, words: one, without: toggled(filters, field, one) }));
    }
    const show = field === 'price' ? (price) => money(price, currency) : count;
    return [{ field, name, words: `${name} ${range(chosen, show)}`, without: withField(filters, field, null) }];
  });
}
