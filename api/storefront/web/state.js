// What is looked for, as a plain value; as an address, so that it can be shared; and as a request.

const RANGE = /^(-?\d*\.?\d*)\.\.(-?\d*\.?\d*)$/;
const FIELD = /^(category|brand|price|group_id|attributes\..+)$/;
export const PAGE_SIZE = 24;
/** How many pictures and products a search may go by, and as many that it keeps away from. */
export const EXAMPLES_MAX = 8;
export const SORTS = { '': 'Best match', newest: 'Newest', price: 'Price, low to high', '-price': 'Price, high to low' };

/**
 * A state with some parts changed. `filters` maps a field to a list of values or to `{gte, lte}`; `pictures` are those of
 * this session, each with the part of it that counts as `crop`; `like` and `unlike` are ids of products; `nearest` shows
 * whatever is nearest where nothing is relevant.
 */
export function stateOf(parts = {}) {
  return { q: '', like: [], unlike: [], pictures: [], mix: 50, filters: {}, sort: '', nearest: false, product: '', ...parts };
}

/** From an address. A picture that was dropped is in no address: history remembers it by its number. */
export function parse(address, pictureOf = () => null, remembered = null) {
  const url = new URL(address, location.origin);
  const state = stateOf();
  for (const { number, crop } of remembered?.pictures ?? []) {
    const picture = pictureOf(number);
    if (picture) state.pictures.push({ ...picture, crop });
  }
  const page = url.pathname.match(/^\/p\/([^/]+)$/);
  if (page) state.product = decodeURIComponent(page[1]);
  for (const [name, text] of url.searchParams) {
    if (name === 'q' || name === 'product') state[name] = text;
    else if (name === 'like' || name === 'unlike') addExample(state[name], text);
    else if (name === 'sort' && text in SORTS) state.sort = text;
    else if (name === 'mix' && Number(text) >= 0 && Number(text) <= 100) state.mix = Number(text);
    else if (name === 'nearest') state.nearest = text === '1';
    else if (FIELD.test(name)) addFilter(state.filters, name, text);
  }
  return possible(state);
}

/** The same without what only a search can have, where nothing is looked for. */
export function possible(state) {
  return isSearch(state) ? state : { ...state, unlike: [], nearest: false };
}

function addExample(ids, id) {
  if (ids.length < EXAMPLES_MAX && !ids.includes(id)) ids.push(id);
}

function addFilter(filters, field, text) {
  const bounds = text.match(RANGE);
  if (!bounds) {
    if (!Array.isArray(filters[field])) filters[field] = [];
    filters[field].push(text);
  } else if (bounds[1] || bounds[2]) {
    filters[field] = {};
    if (bounds[1]) filters[field].gte = Number(bounds[1]);
    if (bounds[2]) filters[field].lte = Number(bounds[2]);
  }
}

/** The address of a state. */
export function format(state) {
  if (state.product) return `/p/${encodeURIComponent(state.product)}`;
  const query = new URLSearchParams();
  if (state.q) query.set('q', state.q);
  if (!state.pictures.length) state.like.forEach((id) => query.append('like', id));
  if (isSearch(state)) state.unlike.forEach((id) => query.append('unlike', id));
  if (state.mix !== 50 && hasBoth(state)) query.set('mix', state.mix);
  for (const [field, chosen] of Object.entries(state.filters)) {
    if (Array.isArray(chosen)) chosen.forEach((one) => query.append(field, one));
    else query.set(field, `${chosen.gte ?? ''}..${chosen.lte ?? ''}`);
  }
  if (state.sort) query.set('sort', state.sort);
  if (state.nearest) query.set('nearest', 1);
  const text = query.toString().replaceAll('+', '%20');
  return text ? `/?${text}` : '/';
}

export const hasPicture = (state) => state.pictures.length + state.like.length > 0;
export const hasBoth = (state) => Boolean(state.q && hasPicture(state));
export const isSearch = (state) => Boolean(state.q || hasPicture(state));
export const isLanding = (state) => !isSearch(state) && !state.sort && Object.keys(state.filters).length === 0;

/** Two states that show the same products are equal. */
export function keyOf(state) {
  const pictures = state.pictures.map(({ number, crop }) => `#${number}${crop ? Object.values(crop) : ''}`);
  return format({ ...state, product: '' }) + pictures.join('');
}

/** The same filters with one value of a field put in, or taken out if it is there. */
export function toggled(filters, field, value) {
  const now = Array.isArray(filters[field]) ? filters[field] : [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  return withField(filters, field, next.length ? next : null);
}

/** The same filters with what is chosen of one field; null for nothing. */
export function withField(filters, field, chosen) {
  const { [field]: _, ...others } = filters;
  return chosen === null ? others : { ...others, [field]: chosen };
}

/** The body for POST /v1/search. */
export function requestOf(state, { facets = [], cursor = null, limit = PAGE_SIZE } = {}) {
  const body = { limit, explain: true };
  if (state.q) body.text = state.q;
  const examples = examplesOf(state);
  if (examples.length === 1) [body.image] = examples;
  else if (examples.length) body.images = examples;
  if (isSearch(state) && state.unlike.length) body.unlike = state.unlike.map((id) => ({ product_id: id }));
  if (hasBoth(state)) body.weights = { text: (100 - state.mix) / 50, image: state.mix / 50 };
  if (Object.keys(state.filters).length) body.filter = state.filters;
  if (state.nearest) body.cutoff = 'off';
  const sort = state.sort || (isSearch(state) ? '' : 'newest');
  if (sort) body.sort = sort;
  if (cursor) body.cursor = cursor;
  else if (facets.length) body.facets = facets;
  return body;
}

function examplesOf(state) {
  if (!state.pictures.length) return state.like.map((id) => ({ product_id: id }));
  return state.pictures.map(({ base64, crop }) => (crop ? { base64, crop } : { base64 }));
}
