// The list of products: searched, filtered or simply the newest.

import { Problem, ask } from './api.js';
import { byId, h, icon, phone, say } from './dom.js';
import { chosenParts, filterPanel, wanted } from './facets.js';
import { StartScreen, tasteLine } from './foryou.js';
import { arrows, card, number, skeletons } from './grid.js';
import { nothingFound, trouble, emptyShop } from './notices.js';
import { preview } from './preview.js';
import { filterSheet } from './sheet.js';
import { EXAMPLES_MAX, PAGE_SIZE, SORTS, format, hasPicture, isLanding, isSearch, keyOf, requestOf, stateOf } from './state.js';
import { asker, feedPage, isPersonal, onTaste, told } from './taste.js';
import { clock } from './timing.js';
import { explain } from './why.js';
import { count, products } from './words.js';

const PATIENCE_MS = 160;
const TYPING_MS = 150;
const AHEAD = '900px';
const REFRESH_MS = 2500;
// So few hits leave one wondering what comes next.
const FEW = 8;

/** The view. `go(parts, options)` changes the state; `shop()` gives what is known of the shop. */
export class Results {
  constructor({ go, shop, focusSearch }) {
    this.go = go;
    this.shop = shop;
    this.key = null;
    this.hits = [];
    this.refreshed = -REFRESH_MS;
    this.panel = filterPanel((filters) => go({ filters }), (field, text) => this.lookUp(field, text));
    this.grid = h('ul', { class: 'grid', 'aria-label': 'Products' });
    arrows(this.grid, focusSearch);
    this.hero = h('section', { class: 'hero' });
    this.starting = new StartScreen(() => this.reload());
    this.tasteLine = h('p', { class: 'taste-line' });
    this.heading = h('h1', { class: 'heading', tabindex: '-1' });
    this.sort = h('select', { 'aria-label': 'Sort', onchange: () => go({ sort: this.sort.value }) });
    this.chips = h('div', { class: 'chips' });
    this.preview = preview((pictures, options) => go({ pictures }, options));
    this.below = h('div', { class: 'below' });
    this.meant = h('p', { class: 'meant' });
    this.fresh = h('button', { type: 'button', class: 'fresh-button', hidden: true, onclick: () => this.reload() });
    this.aside = h('aside', { class: 'side', 'aria-label': 'Filters' }, this.panel.root);
    this.sheet = filterSheet(this.aside, this.panel.root, () => go({ filters: {} }));
    this.opener = h('button', { type: 'button', class: 'opener', 'aria-haspopup': 'dialog', onclick: () => this.sheet.open() });
    this.bar = h('div', { class: 'bar-row' }, this.heading, h('label', { class: 'sort' }, h('span', {}, 'Sort'), this.sort, icon('down')));
    this.root = h('div', { class: 'results' }, this.hero, this.starting.root, this.aside,
      h('section', { class: 'found-products' }, this.bar, this.tasteLine, this.meant, this.chips, this.fresh, this.grid, this.below), this.opener);
    onTaste((isOpinion) => this.offerAnew(isOpinion));
    this.putPreview();
    phone.addEventListener('change', () => this.putPreview());
    this.end = h('div', { class: 'end', 'aria-hidden': 'true' });
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.more(); }, { rootMargin: AHEAD }).observe(this.end);
  }

  /** Show what the state asks for; what is shown already stays as it is. */
  async show(state) {
    this.state = state;
    this.preview.show(state);
    if (this.key === keyOf(state) && this.loaded) return;
    this.key = keyOf(state);
    this.stop();
    await this.load(state);
  }

  // Beside the products where there is room, above them on a phone.
  putPreview() {
    if (phone.matches) this.bar.before(this.preview.root);
    else this.aside.prepend(this.preview.root);
  }

  /** Forget an answer that is on its way, for example because another page is shown. */
  stop() {
    this.pending?.abort();
    clearTimeout(this.retrying);
  }

  /** Values of a field that hold a text, however rare. */
  async lookUp(field, query) {
    const body = requestOf(this.state, { facets: [{ field, query, limit: 50 }], limit: 1 });
    const answer = await ask('/v1/search', { body }).catch(() => null);
    return (answer?.facets?.[field]?.values ?? []).map((one) => ({ ...one, value: String(one.value) }));
  }

  /** His taste has changed: what is shown stays, and the next look is another one. */
  offerAnew(isOpinion) {
    this.isStale = true;
    if (!isOpinion || !this.loaded) return;
    const isStart = isLanding(this.state);
    if (!isStart && !this.isRanked()) return;
    if (isStart && this.starting.offer()) return;
    this.fresh.textContent = 'Show what fits you now';
    this.fresh.hidden = false;
  }

  // An order by price or age leaves no room for taste.
  isRanked() {
    return isSearch(this.state) && !this.state.sort;
  }

  reload() {
    this.stop();
    scrollTo({ top: 0 });
    return this.load(this.state);
  }

  async load(state) {
    const own = new AbortController();
    this.pending = own;
    this.loaded = false;
    const time = clock();
    const waiting = setTimeout(() => this.wait(state), this.hits.length ? PATIENCE_MS : 0);
    try {
      const answer = await this.answerTo(state, own.signal);
      time.answered();
      // While there are suggestions, a word that is being typed may still become one that the shop knows.
      while (!answer.hits.length && this.hits.length && isTyping() && !own.signal.aborted) await pause(TYPING_MS);
      if (!own.signal.aborted) {
        this.loaded = true;
        this.fill(state, answer);
        time.painted(this.grid, answer.took_ms?.total);
      }
    } catch (problem) {
      if (!own.signal.aborted) this.fail(problem);
    } finally {
      clearTimeout(waiting);
      if (this.pending === own) this.root.classList.remove('waiting');
    }
  }

  // The start page shows a feed once something is known of the shopper; what it can be filtered by, a search tells.
  async answerTo(state, signal) {
    await told();
    this.isStale = false;
    const isFed = isLanding(state) && isPersonal();
    const body = { ...requestOf(state, { facets: wanted(this.shop()) }), ...(isFed ? {} : asker()) };
    const search = ask('/v1/search', { body, signal });
    if (!isLanding(state)) return search;
    // Without a feed there are still products.
    const feed = isFed ? feedPage({ limit: PAGE_SIZE, signal }).catch(() => null) : null;
    const [answer, fed] = await Promise.all([search, feed]);
    this.newest = answer.hits;
    return fed?.hits.length ? { ...answer, ...fed, isFeed: true } : answer;
  }

  wait(state) {
    this.root.classList.add('waiting');
    if (this.hits.length) return;
    this.frame(state);
    this.grid.replaceChildren(...skeletons(12));
    this.below.replaceChildren();
  }

  fill(state, answer) {
    this.remember(answer);
    this.hits = answer.hits;
    this.following = answer.next ?? null;
    this.frame(state);
    this.root.classList.toggle('empty', answer.hits.length === 0);
    this.root.classList.remove('failed');
    this.place(answer.hits);
    number(this.grid.children, answer.query_id);
    const isTasted = this.isRanked() && answer.hits.some(({ signals }) => 'taste' in (signals ?? {}) || 'dislike' in (signals ?? {}));
    this.tasteLine.replaceChildren(...tasteLine({ isFeed: answer.isFeed, isTasted }, () => this.reload()));
    this.fresh.hidden = true;
    this.meant.replaceChildren(...meantWords(answer, state, this.go));
    this.below.replaceChildren(this.end);
    if (!answer.hits.length) this.below.prepend(this.emptiness(state));
    else if (isSearch(state) && !state.nearest && !answer.next && answer.total <= FEW) this.below.prepend(moreNearby(this.go));
    say(answer.hits.length ? `${this.totalWords()}` : 'Nothing found');
  }

  remember(answer) {
    this.answer = answer;
    this.answer.currency = answer.hits.find((hit) => hit.product.currency)?.product.currency ?? this.currency;
    this.currency = this.answer.currency;
  }

  // Cards that stay keep their element, so that their photos do not flicker.
  place(hits) {
    const before = new Map([...this.grid.children].map((one) => [one.dataset.id, one]));
    const kind = this.answer.isFeed ? 'feed' : String(isSearch(this.state));
    const isSame = this.placedFor === kind;
    this.grid.replaceChildren(...hits.map((hit, i) => (isSame && this.showing(hit) && before.get(hit.id)) || card(hit, this.actions(), i)));
    this.placedFor = kind;
    this.shown = new Map(hits.map((hit) => [hit.id, seenOf(hit)]));
  }

  showing(hit) {
    return this.shown?.get(hit.id) === seenOf(hit);
  }

  // Where nothing is looked for, there is nothing to keep away from, and only a feed has reasons.
  actions() {
    const why = (hit, button) => this.explain(hit, button);
    if (!isSearch(this.state)) return this.answer.isFeed ? { why } : {};
    return { why, less: (id) => this.go({ unlike: [...this.state.unlike, id].slice(-EXAMPLES_MAX) }) };
  }

  explain(hit, button) {
    const now = this.hits.find((one) => one.id === hit.id) ?? hit;
    explain(now, button, { asked: { q: this.state.q, picture: hasPicture(this.state) }, hits: this.hits });
  }

  emptiness(state) {
    const { total } = this.shop().products;
    if (!total) return emptyShop();
    if (isLanding(state)) return emptyShop(true);
    return nothingFound(state, { parts: chosenParts(this.shop(), state.filters, this.currency), examples: () => this.examples(), go: this.go });
  }

  /** Everything around the grid. */
  frame(state) {
    const landing = isLanding(state);
    this.root.classList.toggle('landing', landing);
    this.heading.setAttribute('aria-level', landing ? 2 : 1);
    this.heading.replaceChildren(...this.headline(state));
    this.chips.replaceChildren(...this.chipsOf(state));
    this.sort.replaceChildren(...this.sortsOf(state));
    this.sort.value = state.sort || (isSearch(state) ? '' : 'newest');
    if (this.answer) this.panel.show(this.shop(), this.answer, state.filters);
    const chosen = Object.keys(state.filters).length;
    this.opener.replaceChildren(icon('filter'), 'Filters', chosen ? h('span', { class: 'badge' }, chosen) : '');
    this.opener.hidden = !this.answer?.facets;
    this.sheet.total(this.answer ? this.totalWords() : '');
    if (landing && this.answer) this.welcome();
    if (landing) this.starting.show();
  }

  headline(state) {
    if (isLanding(state)) return [this.answer?.isFeed ? 'For you' : 'New in'];
    const what = state.q ? [h('q', {}, state.q)] : [];
    if (hasPicture(state)) what.push(state.q ? ' with a picture' : state.pictures.length ? likeYours(state) : 'More like this');
    if (!what.length) what.push(Object.keys(state.filters).length === 1 && this.soleValue(state) ? this.soleValue(state) : 'All products');
    return [...what, this.answer ? h('span', { class: 'total' }, this.totalWords()) : ''];
  }

  soleValue(state) {
    const [chosen] = Object.values(state.filters);
    return Array.isArray(chosen) && chosen.length === 1 ? chosen[0] : '';
  }

  totalWords() {
    const { total, total_relation: relation } = this.answer;
    if (total === undefined || total === null) return '';
    return relation === 'at_least' ? `${count(atLeast(total))}+ products` : products(total);
  }

  sortsOf(state) {
    return Object.entries(SORTS).filter(([name]) => name || isSearch(state)).map(([name, words]) => h('option', { value: name }, words));
  }

  chipsOf(state) {
    const parts = chosenParts(this.shop(), state.filters, this.currency);
    const chips = parts.map(({ words, name, without }) => h('button', {
      type: 'button', class: 'chip', 'aria-label': `Remove ${name}: ${words}`, onclick: () => this.go({ filters: without }),
    }, words, icon('close')));
    if (parts.length > 1) chips.push(h('button', { type: 'button', class: 'plain clear', onclick: () => this.go({ filters: {} }) }, 'Clear all'));
    return chips;
  }

  /** The start page: examples out of what the shop really has. */
  welcome() {
    this.tried = examplesOf(this.newest ?? [], this.shop());
    const categories = (this.answer.facets?.category?.values ?? []).slice(0, 10);
    this.hero.replaceChildren(
      h('h1', {}, 'What are you looking for?'),
      this.tried.length > 0 && h('p', { class: 'examples' }, h('span', {}, 'Try'), this.tried.map((words) => h('a', { class: 'chip', href: format(stateOf({ q: words })) }, words))),
      categories.length > 1 && h('nav', { class: 'categories', 'aria-label': 'Categories' }, categories.map(({ value, count: number }) => h('a', {
        href: format(stateOf({ filters: { category: [value] } })),
      }, value, h('span', { class: 'count' }, count(number))))));
  }

  async examples() {
    this.tried ??= examplesOf((await ask('/v1/search', { body: requestOf(stateOf()) })).hits, this.shop());
    return this.tried;
  }

  async more() {
    if (!this.following || this.loadingMore) return;
    this.loadingMore = true;
    const { pending: own, state } = this;
    const waiting = skeletons(4);
    this.grid.append(...waiting);
    try {
      const { signal } = own;
      const answer = this.answer.isFeed ? await feedPage({ limit: PAGE_SIZE, cursor: this.following, signal })
        : await ask('/v1/search', { body: { ...requestOf(state, { cursor: this.following }), ...asker() }, signal });
      this.following = answer.next ?? null;
      const known = new Set(this.hits.map((hit) => hit.id));
      const added = answer.hits.filter((hit) => !known.has(hit.id));
      this.hits.push(...added);
      const cards = added.map((hit) => card(hit, this.actions()));
      number(cards, answer.query_id);
      this.grid.append(...cards);
    } catch (problem) {
      // A list that has changed meanwhile ends here; a search that was left says nothing.
      if (!own.signal.aborted) this.following = null;
      if (problem instanceof Problem && problem.passes) this.below.prepend(trouble(problem, () => this.reload()));
    } finally {
      waiting.forEach((one) => one.remove());
      this.loadingMore = false;
    }
    // The end may still be in sight, and an observer tells only of changes.
    if (this.end.getBoundingClientRect().top < innerHeight + 900) this.more();
  }

  fail(problem) {
    if (!(problem instanceof Problem)) throw problem;
    this.hits = [];
    this.following = null;
    this.answer = null;
    this.frame(this.state);
    this.root.classList.add('empty', 'failed');
    this.grid.replaceChildren();
    this.below.replaceChildren(trouble(problem, () => this.reload()));
    if (problem.passes) this.retrying = setTimeout(() => this.show(this.state), 2000);
  }

  /** So many products have become ready: show them soon, if nobody is in the middle of something. */
  refresh(added) {
    this.added = (this.added ?? 0) + added;
    clearTimeout(this.refreshing);
    const wait = Math.max(0, this.refreshed + REFRESH_MS - performance.now());
    this.refreshing = setTimeout(() => this.showReady(), wait);
  }

  async showReady() {
    this.refreshed = performance.now();
    // Whoever opened a product by its address has not been here yet, and this has no state.
    if (!this.root.isConnected || !this.loaded || !isLanding(this.state)) return;
    if (this.hits.length > 2 * PAGE_SIZE || scrollY > innerHeight) {
      this.fresh.hidden = this.added <= 0;
      this.fresh.textContent = `${products(this.added)} more, show the newest`;
      return;
    }
    this.added = 0;
    const own = this.pending;
    const answer = await this.answerTo(this.state).catch(() => null);
    if (!answer || own !== this.pending || !isLanding(this.state)) return;
    const were = new Set(this.hits.map((hit) => hit.id));
    this.fill(this.state, answer);
    for (const one of this.grid.children) one.classList.toggle('fresh', were.size > 0 && !were.has(one.dataset.id));
  }
}

const likeYours = ({ pictures }) => (pictures.length > 1 ? 'Like your pictures' : pictures[0].crop ? 'Like this part of your picture' : 'Like your picture');
const isTyping = () => byId('q').getAttribute('aria-expanded') === 'true';
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const seenOf = ({ product, variants, reason, why }) => JSON.stringify([product, variants, reason, why]);

function meantWords({ searched_for: instead, did_you_mean: meant, hits }, state, go) {
  // A picture that was dropped is in no address, and a plain link would lose it.
  const link = (words, parts) => h('a', {
    href: format({ ...state, ...parts }), onclick: (event) => { event.preventDefault(); go(parts); },
  }, words);
  // Quotation marks ask for the words as they stand.
  const asTyped = `"${state.q.replaceAll('"', '')}"`;
  if (instead) return ['Showing ', h('b', {}, instead), ', as nothing has what you typed. Search for ', link(asTyped, { q: asTyped }), ' instead'];
  if (meant) return ['Did you mean ', link(meant, { q: meant }), '?'];
  return state.nearest && hits.length ? ['What is nearest, fitting or not. ', link('Show only what fits', { nearest: false })] : [];
}

function moreNearby(go) {
  return h('p', { class: 'nearby' }, 'Nothing else fits. ', h('button', { type: 'button', class: 'plain', onclick: () => go({ nearest: true }) }, 'Show what is nearest'));
}

// A count that is only known from below is not worth its last digit.
const atLeast = (total) => total - (total % 10 ** Math.max(0, String(total).length - 2));

// Colour and kind of the newest products, so that every example finds something.
function examplesOf(hits, shop) {
  const colour = shop.facets.find((facet) => facet.kind === 'colour')?.field.replace('attributes.', '');
  const found = new Set();
  const used = new Set();
  for (const { product } of hits) {
    const dyed = [product.attributes?.[colour]].flat()[0];
    const words = [dyed, product.category].filter(Boolean).join(' ').toLowerCase();
    if (!product.category || used.has(product.category) || used.has(dyed)) continue;
    found.add(words);
    used.add(product.category).add(dyed);
  }
  return [...found].slice(0, 5);
}
