// What is looked for, as a plain value; as an address, so that it can be shared; and as a request.

const RANGE = /^(-?\d*\.?\d*)\.\.(-?\d*\.?\d*)$/;
const FIELD = /^(category|brand|price|group_id|attributes\..+)$/;
export const PAGE_SIZE = 24;
export const SORTS = { '': 'Best match', newest: 'Newest', price: 'Price, low to high', '-price': 'Price, high to low' };

/** A state with some parts changed; `filters` maps a field to a list of values or to `{gte, lte}`. */
export function stateOf(parts = {}) {
  return { q: '', like: '', picture: null, mix: 50, filters: {}, sort: '', product: '', ...parts };
}

/** From an address. A picture that was dropped is in no address: history remembers it by its number. */
export function parse(address, pictureOf = () => null, remembered = {}) {
  const url = new URL(address, location.origin);
  const state = stateOf({ picture: pictureOf(remembered?.picture) });
  const page = url.pathname.match(/^\/p\/([^/]+)$/);
  if (page) state.product = decodeURIComponent(page[1]);
  for (const [name, text] of url.searchParams) {
    if (name === 'q' || name === 'like' || name === 'product') state[name] = text;
    else if (name === 'sort' && text in SORTS) state.sort = text;
    else if (name === 'mix' && Number(text) >= 0 && Number(text) <= 100) state.mix = Number(text);
    else if (FIELD.test(name)) addFilter(state.filters, name, text);
  }
  return state;
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
  if (state.like && !state.picture) query.set('like', state.like);
  if (state.mix !== 50 && hasBoth(state)) query.set('mix', state.mix);
  for (const [field, chosen] of Object.entries(state.filters)) {
    if (Array.isArray(chosen)) chosen.forEach((one) => query.append(field, one));
    else query.set(field, `${chosen.gte ?? ''}..${chosen.lte ?? ''}`);
  }
  if (state.sort) query.set('sort', state.sort);
  const text = query.toString().replaceAll('+', '%20');
  return text ? `/?${text}` : '/';
}

export const hasPicture = (state) => Boolean(state.picture || state.like);
export const hasBoth = (state) => Boolean(state.q && hasPicture(state));
export const isSearch = (state) => Boolean(state.q || hasPicture(state));
export const isLanding = (state) => !isSearch(state) && !state.sort && Object.keys(state.filters).length === 0;

/** Two states that show the same products are equal. */
export function keyOf(state) {
  return format({ ...state, product: '' }) + (state.picture ? `#${state.picture.number}` : '');
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
  if (state.picture) body.image = { base64: state.picture.base64 };
  else if (state.like) body.image = { product_id: state.like };
  if (hasBoth(state)) body.weights = { text: (100 - state.mix) / 50, image: state.mix / 50 };
  if (Object.keys(state.filters).length) body.filter = state.filters;
  const sort = state.sort || (isSearch(state) ? '' : 'newest');
  if (sort) body.sort = sort;
  if (cursor) body.cursor = cursor;
  else if (facets.length) body.facets = facets;
  return body;
}
