// The page: what is looked for stands in the address, and two views show it.

import { Problem, ask } from './api.js';
import { byId, calm } from './dom.js';
import { trouble } from './notices.js';
import { listen, pictureOf } from './pictures.js';
import { ProductPage } from './product.js';
import { follow } from './progress.js';
import { Results } from './results.js';
import { isWriting, searchBar } from './searchbar.js';
import { EXAMPLES_MAX, format, hasPicture, isSearch, keyOf, parse, possible, stateOf } from './state.js';
import { keep } from './store.js';
import { unsaid } from './suggest.js';
import { startTelling } from './taste.js';

const main = byId('main');
let shop = { products: { ready: 0, waiting: 0, total: 0 }, facets: [] };
// Somebody may type before the shop has answered.
let state = parse(location, pictureOf, history.state);
let shown = null;
let depth = history.state?.depth ?? 0;

const results = new Results({ go, shop: () => shop, focusSearch: () => byId('q').focus() });
const product = new ProductPage({ back, go, unlike, changed: (title) => { document.title = `${title} – Vitrine`; } });
const bar = searchBar((parts, { typing }) => go(parts, { replace: typing }), {
  onDown(event) {
    event.preventDefault();
    main.querySelector('.card-link')?.focus();
  },
  onEscape() { byId('q').blur(); },
  choose,
});

/** Change what is looked for. Pictures and products to be like take each other's place. */
function go(parts, { replace = false } = {}) {
  const next = { ...state, product: '', ...parts };
  if (parts.pictures?.length) next.like = [];
  if (parts.like?.length) next.pictures = [];
  if (next.q !== state.q || parts.pictures || parts.like) next.nearest = parts.nearest ?? false;
  if (!isSearch(next) && !(next.sort in { newest: 1, price: 1, '-price': 1 })) next.sort = '';
  visit(possible(next), replace);
}

/** What keeps away from a product in the search that is shown behind its page; null where nothing is searched for. */
function unlike(id) {
  const { state: behind } = results;
  if (!behind || !isSearch(behind)) return null;
  return () => go({ ...behind, unlike: [...behind.unlike, id].slice(-EXAMPLES_MAX) });
}

// A product opens, a value becomes a filter, and what it says nothing of goes on being searched for.
function choose({ kind, field, text, count, product_id: id }, typed) {
  if (kind === 'product' && count === 1) visit(stateOf({ product: id }));
  else if (!field) go({ q: text });
  else go({ q: unsaid(typed, text), filters: { ...state.filters, [field]: [text] } });
}

function visit(next, replace = false) {
  // Whoever asks again after telling his taste wants another answer; going back shows what was there.
  if (results.isStale && !next.product) results.key = null;
  if (keyOf(next) === keyOf(state) && next.product === state.product) {
    if (!results.key && !next.product) results.reload();
    return;
  }
  if (!replace) {
    keepPlace();
    depth += 1;
  }
  const pictures = next.pictures.map(({ number, crop }) => ({ number, crop }));
  history[replace ? 'replaceState' : 'pushState']({ pictures, depth }, '', format(next));
  show(next, replace ? null : 0);
}

/** Back within the shop; false when this page was opened by its address. */
function back() {
  if (depth > 0) history.back();
  else if (state.product) go({ product: '' }, { replace: true });
  return true;
}

function keepPlace() {
  history.replaceState({ ...history.state, top: scrollY }, '');
}

async function show(next, top = null) {
  const before = shown;
  state = next;
  shown = next;
  bar.show(next);
  byId('why').hidePopover();
  const view = next.product ? product : results;
  const isOther = view.root.parentElement !== main;
  if (isOther) main.replaceChildren(view.root);
  if (view === results) document.title = titleOf(next);
  else results.stop();
  const done = view === product ? product.show(next.product) : results.show(next);
  if (top !== null) scrollTo({ top, behavior: 'instant' });
  await done;
  if (top && state === next) scrollTo({ top, behavior: 'instant' });
  if (before && isOther && state === next) settle(before, next);
}

// Whoever moves by keyboard goes on where the other view was left.
function settle(before, next) {
  const card = before.product && main.querySelector(`[data-id="${CSS.escape(before.product)}"] .card-link`);
  const target = next.product ? main.querySelector('h1') : card;
  if (!document.activeElement || document.activeElement === document.body) target?.focus({ preventScroll: true });
}

function titleOf(next) {
  if (next.q) return `${next.q} – Vitrine`;
  return hasPicture(next) ? 'Search by picture – Vitrine' : 'Vitrine';
}

// Links of this page open without loading it anew.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !(url.pathname === '/' || url.pathname.startsWith('/p/')) || url.hash) return;
  event.preventDefault();
  visit(parse(url));
});
addEventListener('popstate', (event) => {
  depth = event.state?.depth ?? 0;
  show(parse(location, pictureOf, event.state), event.state?.top ?? 0);
});
addEventListener('scrollend', keepPlace);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !isWriting(event.target) && event.target.closest?.('.grid') && !state.product) byId('q').focus();
});
byId('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  root.dataset.theme = isDark ? 'light' : 'dark';
  keep('localStorage', 'vitrine.theme', root.dataset.theme);
});
listen({
  onPictures: (pictures, { add }) => go({ pictures: add ? [...state.pictures, ...pictures].slice(0, EXAMPLES_MAX) : pictures }),
  onProduct: (id) => go({ like: [id] }),
});
addEventListener('online', () => { if (shown && !shown.product) results.show(shown); });

async function start() {
  history.scrollRestoration = 'manual';
  try {
    shop = await ask('/v1/shop');
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    main.replaceChildren(trouble(problem, start));
    if (problem.passes) setTimeout(start, 2000);
    return;
  }
  main.replaceChildren();
  // What was found before the shop was known has no filters yet.
  results.key = null;
  follow(shop, { onShop: (newest) => { shop = newest; }, onReady: (added) => results.refresh(added) });
  show(parse(location, pictureOf, history.state), history.state?.top ?? 0);
}

document.documentElement.classList.toggle('calm', calm());
startTelling();
start();
