// Empty and error states that say what to do next.

import { ask } from './api.js';
import { h } from './dom.js';
import { format, hasBoth, isSearch, requestOf, stateOf, withField } from './state.js';
import { products } from './words.js';

const TRIES_MAX = 4;

const notice = (title, ...rest) => h('div', { class: 'notice' }, h('h2', {}, title), rest);

/** Nothing matches: what was looked for, what to leave out, counted, what is nearest, and examples that find something. */
export function nothingFound(state, { parts, examples, go }) {
  const made = notice(state.q ? `Nothing found for “${state.q}”` : 'Nothing found', asked(state, parts));
  const nearest = h('p', {});
  made.append(h('p', {}), h('ul', { class: 'drops' }), nearest, h('p', { class: 'examples' }));
  offerDrops(made, state, parts, { go, examples });
  if (isSearch(state) && !state.nearest) offerNearest(nearest, state, go);
  return made;
}

// Filters hold for what is nearest, too, and may leave nothing of it.
async function offerNearest(place, state, go) {
  const [found] = await counted([['', { nearest: true }]], state);
  if (found) place.append(h('button', { type: 'button', class: 'line-button', onclick: () => go({ nearest: true }) }, 'Show what is nearest'));
}

// What the shop has that begins like the words; else what it has anyway. Without either it is no worse.
async function offerWords(line, state, examples) {
  const path = `/v1/suggest?limit=${TRIES_MAX}&q=${encodeURIComponent(state.q)}`;
  const begun = state.q ? await ask(path).then((answer) => answer.suggestions.map(({ text }) => text)).catch(() => []) : [];
  const words = begun.length ? begun : await examples().catch(() => []);
  if (words.length) line.append(h('span', {}, begun.length ? 'Perhaps' : 'Try'), ...words.map((q) => h('a', { class: 'chip', href: format(stateOf({ q })) }, q)));
}

// Words alone stand in the title already.
function asked(state, parts) {
  const pictures = state.pictures.length + state.like.length;
  const others = [
    pictures && (state.pictures.length ? `like your ${pictures > 1 ? `${pictures} pictures` : 'picture'}` : 'like what you chose'),
    ...parts.map(({ name, words }) => (words.startsWith(name) ? words : `${name}: ${words}`)),
    state.unlike.length && `not like ${products(state.unlike.length)}`,
  ].filter(Boolean);
  return others.length > 0 && h('p', { class: 'asked' }, others.map((words) => h('span', {}, words)));
}

// What keeps away the most comes first: it is what the rest of the search least goes with.
async function offerDrops(made, state, parts, { go, examples }) {
  const [help, list, words] = ['p:not(.asked)', '.drops', '.examples'].map((name) => made.querySelector(name));
  const choices = choicesOf(state, parts);
  help.textContent = choices.length ? 'All of that at once is too much to ask. What there is without one of them:' : 'Nothing in this shop is like that. Try fewer or other words, or a picture of what you mean.';
  const found = await counted(choices, state);
  if (!found.length && parts.length > 1) found.push(...await counted([['Drop all filters', { filters: {} }]], state));
  if (!found.length && choices.length) help.textContent = 'Leaving out one part of it would not help. Try other words, or a picture of what you mean.';
  list.append(...found.map(({ name, change, number }, i) => h('li', {},
    h('button', { type: 'button', class: i ? 'chip' : 'chip best', onclick: () => go(change) }, name), ` ${products(number)}`)));
  if (!found.length) offerWords(words, state, examples);
}

function choicesOf(state, parts) {
  const fields = [...new Set(parts.map((part) => part.field))];
  const wordsOf = (field) => parts.filter((part) => part.field === field).map((part) => part.words).join(', ');
  const choices = fields.map((field) => [`Drop ${wordsOf(field)}`, { filters: withField(state.filters, field, null) }]);
  if (hasBoth(state)) choices.push(['Drop the picture', { pictures: [], like: [] }], [`Drop “${state.q}”`, { q: '' }]);
  if (state.unlike.length) choices.push(['Drop “not like”', { unlike: [] }]);
  return choices;
}

async function counted(choices, state) {
  const found = await Promise.all(choices.map(async ([name, change]) => {
    const answer = await ask('/v1/search', { body: requestOf({ ...state, ...change }, { limit: 1 }) }).catch(() => null);
    return { name, change, number: answer?.total ?? 0 };
  }));
  return found.filter(({ number }) => number).sort((a, b) => b.number - a.number);
}

/** A shop without products, or one whose first products are on their way. */
export function emptyShop(soon = false) {
  if (soon) return notice('The first products are on their way', h('p', {}, 'They appear here as soon as they can be found.'));
  return notice('This shop is still empty', h('p', {}, 'Bring your products in, and they appear here at once:'),
    h('pre', {}, 'vitrine import products.csv --photos photos/'));
}

/** A problem, with the server's own remedy. */
export function trouble(problem, again) {
  const title = problem.status === 0 ? (navigator.onLine ? 'The shop cannot be reached' : 'You are offline')
    : problem.passes ? 'The shop is not ready yet' : problem.status === 404 ? 'This is not here any more' : 'That did not work';
  const missing = h('p', { class: 'small' });
  if (problem.passes && problem.status) whatIsMissing(missing);
  return notice(title, h('p', {}, problem.status ? [problem.message, problem.remedy && ` ${problem.remedy}.`] : 'Your search is kept.'), missing,
    problem.passes && h('p', { class: 'small' }, 'Trying again by itself.'),
    h('button', { type: 'button', class: 'solid-button', onclick: again }, 'Try again'));
}

async function whatIsMissing(line) {
  const health = await fetch('/health/ready').then((answer) => answer.json()).catch(() => null);
  line.textContent = Object.entries(health?.missing ?? {}).map(([part, words]) => `${part}: ${words}`).join('. ');
}
