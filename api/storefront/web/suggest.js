// Suggestions below the field while somebody types.

import { ask } from './api.js';
import { byId, h, icon } from './dom.js';
import { count, label } from './words.js';

const TYPING_MS = 90;
const LIMIT = 6;

/** The list below the field `words`; `choose(suggestion, typed)` is called with the one that was taken. */
export function suggestions(words, choose) {
  const list = byId('suggestions');
  let shown = [];
  let at = -1;
  let waiting = 0;
  let asking = null;
  const close = () => {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    mark(-1);
    words.setAttribute('aria-expanded', 'false');
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === at)));
    if (at < 0) words.removeAttribute('aria-activedescendant');
    else words.setAttribute('aria-activedescendant', `suggestion-${at}`);
  };
  const take = (suggestion) => {
    close();
    choose(suggestion, words.value.trim());
  };
  const look = async (text) => {
    asking?.abort();
    const own = new AbortController();
    asking = own;
    // Without suggestions one can search all the same; what is wrong, the search itself says.
    const answer = await ask(`/v1/suggest?limit=${LIMIT}&q=${encodeURIComponent(text)}`, { signal: own.signal }).catch(() => null);
    if (own.signal.aborted || document.activeElement !== words) return;
    shown = answer?.suggestions ?? [];
    list.replaceChildren(...shown.map((one, i) => option(one, i, text, () => take(one))));
    list.hidden = !shown.length;
    words.setAttribute('aria-expanded', String(shown.length > 0));
    mark(-1);
  };
  words.addEventListener('input', () => {
    const text = words.value.trim();
    clearTimeout(waiting);
    if (text) waiting = setTimeout(look, TYPING_MS, text);
    else close();
  });
  words.addEventListener('blur', close);
  // The field keeps the focus while one is clicked.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  return {
    close,
    /** Whether the key was meant for the list. */
    onKey(event) {
      if (list.hidden) return false;
      if (event.key === 'ArrowDown' && at < shown.length - 1) mark(at + 1);
      else if (event.key === 'ArrowUp' && at >= 0) mark(at - 1);
      else if (event.key === 'Enter' && at >= 0) take(shown[at]);
      else if (event.key === 'Escape') close();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

function option(suggestion, i, typed, take) {
  const { text, kind, field, photo } = suggestion;
  const what = kind === 'product' ? '' : kind === 'attribute' ? label(field) : kind === 'brand' ? 'Brand' : 'Category';
  return h('li', { id: `suggestion-${i}`, role: 'option', 'aria-selected': 'false', class: 'suggestion', onclick: take },
    photo ? h('img', { src: `${photo}&size=160`, alt: '', width: 27, height: 36 }) : h('span', { class: 'no-picture' }, icon('search')),
    h('span', { class: 'suggested' }, highlighted(text, typed)),
    what && h('span', { class: 'count' }, kind === 'query' ? 'Often searched' : `${what}, ${count(suggestion.count)}`));
}

const plain = (text) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
const wordsOf = (text) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

// What still has to be typed is what one looks for, so that stands out.
function highlighted(text, typed) {
  const begun = wordsOf(typed);
  return text.split(/(?<=\s)/u).map((word) => {
    const beginning = begun.filter((one) => plain(word).startsWith(one)).sort((a, b) => b.length - a.length)[0];
    return beginning && plain(word).length === word.length
      ? [h('span', { class: 'typed' }, word.slice(0, beginning.length)), word.slice(beginning.length)] : word;
  });
}

/** Words that were typed and that a suggestion says nothing of; none where it corrects what was typed. */
export function unsaid(typed, text) {
  const said = wordsOf(text);
  const isSaid = (word) => said.some((one) => one.startsWith(plain(word)));
  const words = typed.split(/\s+/);
  return words.some(isSaid) ? words.filter((word) => !isSaid(word)).join(' ') : '';
}
