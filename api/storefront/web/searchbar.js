// The field for words and pictures, and how much each of them counts.

import { byId } from './dom.js';
import { exampleChips } from './examples.js';
import { hasBoth, hasPicture, isSearch } from './state.js';
import { suggestions } from './suggest.js';

const TYPING_MS = 120;

/** `change(parts, {typing})` is called with what has changed of the state, `choose` with a suggestion that was taken. */
export function searchBar(change, { onDown, onEscape, choose }) {
  const words = byId('q');
  const weight = byId('weight');
  let waiting = 0;
  let typing = false;
  const now = () => {
    clearTimeout(waiting);
    change({ q: words.value.trim() }, { typing });
    typing = true;
  };
  const end = () => {
    if (words.value.trim() !== (words.dataset.shown ?? '')) now();
    clearTimeout(waiting);
    typing = false;
  };
  const offered = suggestions(words, (suggestion, typed) => {
    clearTimeout(waiting);
    typing = false;
    // What was typed towards it is done with.
    words.dataset.shown = words.value.trim();
    choose(suggestion, typed);
  });
  const chips = exampleChips(byId('picture'), (parts) => change(parts, { typing: false }));
  words.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(now, TYPING_MS);
  });
  words.addEventListener('blur', end);
  byId('search').addEventListener('submit', (event) => {
    event.preventDefault();
    offered.close();
    end();
    if (matchMedia('(hover: none)').matches) words.blur();
  });
  words.addEventListener('keydown', (event) => {
    if (offered.onKey(event)) return;
    if (event.key === 'ArrowDown') {
      offered.close();
      onDown(event);
    } else if (event.key === 'Backspace' && !words.value) chips.removeLast();
    else if (event.key === 'Escape') onEscape(event);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    event.preventDefault();
    words.focus();
    words.select();
  });
  weight.addEventListener('input', () => showWeights(Number(weight.value)));
  weight.addEventListener('change', () => change({ mix: Number(weight.value) }, { typing: false }));
  return { show: (state) => show(state, chips) };
}

export const isWriting = (target) => target instanceof Element && Boolean(target.closest('input:not([type=checkbox], [type=range]), textarea, select, dialog[open]'));

function show(state, chips) {
  const words = byId('q');
  // What somebody is typing is newer than what the address says.
  const isNewer = document.activeElement === words && words.value.trim() !== (words.dataset.shown ?? '');
  if (!isNewer && words.value.trim() !== state.q) words.value = state.q;
  words.dataset.shown = state.q;
  words.placeholder = hasPicture(state) ? 'Add words: “in red”' : 'Search by words, or drop a picture';
  byId('search').classList.toggle('used', isSearch(state));
  chips.show(state);
  byId('mix').hidden = !hasBoth(state);
  byId('weight').value = state.mix;
  showWeights(state.mix);
}

function showWeights(mix) {
  byId('weights').textContent = mix === 50 ? 'equally' : mix < 50 ? `words ${100 - mix}%` : `picture ${mix}%`;
}
