// The field for words and a picture, and how much each of them counts.

import { ask } from './api.js';
import { byId, h, icon } from './dom.js';
import { hasBoth, isSearch } from './state.js';

const TYPING_MS = 120;

/** `change(parts, {typing})` is called with what has changed of the state. */
export function searchBar(change, { onDown, onEscape }) {
  const words = byId('q');
  const weight = byId('weight');
  let waiting = 0;
  let typing = false;
  const now = (parts) => {
    clearTimeout(waiting);
    change({ q: words.value.trim(), ...parts }, { typing });
    typing = true;
  };
  const end = () => {
    if (words.value.trim() !== (words.dataset.shown ?? '')) now();
    clearTimeout(waiting);
    typing = false;
  };
  words.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(now, TYPING_MS);
  });
  words.addEventListener('blur', end);
  byId('search').addEventListener('submit', (event) => {
    event.preventDefault();
    end();
    if (matchMedia('(hover: none)').matches) words.blur();
  });
  words.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') onDown(event);
    else if (event.key === 'Backspace' && !words.value) byId('picture').querySelector('button')?.click();
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
  return { show: (state) => show(state, change) };
}

export const isWriting = (target) => target instanceof Element && Boolean(target.closest('input:not([type=checkbox], [type=range]), textarea, select, dialog[open]'));

function show(state, change) {
  const words = byId('q');
  // What somebody is typing is newer than what the address says.
  const isNewer = document.activeElement === words && words.value.trim() !== (words.dataset.shown ?? '');
  if (!isNewer && words.value.trim() !== state.q) words.value = state.q;
  words.dataset.shown = state.q;
  words.placeholder = state.picture || state.like ? 'Add words: “in red”' : 'Search by words, or drop a picture';
  byId('search').classList.toggle('used', isSearch(state));
  showPicture(state, change);
  byId('mix').hidden = !hasBoth(state);
  byId('weight').value = state.mix;
  showWeights(state.mix);
}

function showWeights(mix) {
  byId('weights').textContent = mix === 50 ? 'equally' : mix < 50 ? `words ${100 - mix}%` : `picture ${mix}%`;
}

function showPicture(state, change) {
  const slot = byId('picture');
  const shown = state.picture ? `#${state.picture.number}` : state.like;
  if (slot.dataset.shown === shown) return;
  slot.dataset.shown = shown;
  slot.hidden = !shown;
  slot.replaceChildren();
  if (!shown) return;
  const image = h('img', { alt: '', width: 36, height: 36, src: state.picture?.address });
  const name = h('span', { class: 'picture-name' }, state.picture ? 'Your picture' : 'Like this');
  const remove = h('button', {
    type: 'button', 'aria-label': 'Remove the picture', onclick: () => change({ picture: null, like: '' }, { typing: false }),
  }, icon('close'));
  slot.append(image, name, remove);
  if (!state.picture) showProduct(state.like, image, name);
}

async function showProduct(id, image, name) {
  try {
    const { product } = await ask(`/v1/products/${encodeURIComponent(id)}`);
    if (product.photos.length) image.src = `${product.photos[0].url}&size=160`;
    name.textContent = product.title;
    name.title = product.title;
  } catch {
    // The search for what is like it says what is wrong.
    name.textContent = id;
  }
}
