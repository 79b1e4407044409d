// Empty and error states that say what to do next.

import { ask } from './api.js';
import { h } from './dom.js';
import { format, requestOf, stateOf, withField } from './state.js';
import { products } from './words.js';

const notice = (title, ...rest) => h('div', { class: 'notice' }, h('h2', {}, title), rest);

/** Nothing matches: which filter to drop, counted, and examples that find something. */
export function nothingFound(state, { parts, examples, go }) {
  const drops = h('ul', { class: 'drops' });
  const help = h('p', {}, parts.length ? 'Every filter that is chosen has to fit. Without one of them:' : 'Try fewer or other words, or a picture of what you mean.');
  if (parts.length) offerDrops(drops, help, state, parts, go);
  return notice(state.q ? `Nothing found for “${state.q}”` : 'Nothing found', help, drops,
    examples.length > 0 && h('p', { class: 'examples' }, h('span', {}, 'Try'), examples.map((q) => h('a', { class: 'chip', href: format(stateOf({ q })) }, q))));
}

async function offerDrops(list, help, state, parts, go) {
  const fields = [...new Set(parts.map((part) => part.field))];
  const wordsOf = (field) => parts.filter((part) => part.field === field).map((part) => part.words).join(', ');
  const offer = async (filters, words) => {
    const answer = await ask('/v1/search', { body: requestOf({ ...state, filters }, { limit: 1 }) }).catch(() => null);
    const number = answer?.total ?? 0;
    if (number) list.append(h('li', {}, h('button', { type: 'button', class: 'chip', onclick: () => go({ filters }) }, words), ` ${products(number)}`));
  };
  await Promise.all(fields.map((field) => offer(withField(state.filters, field, null), `Drop ${wordsOf(field)}`)));
  if (list.children.length) return;
  help.textContent = 'Nothing fits these filters, and leaving out one of them would not help.';
  await offer({}, 'Drop all filters');
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
