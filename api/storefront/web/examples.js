// Pictures and products that a search goes by, or keeps away from, as chips in the search field.

import { ask } from './api.js';
import { h, icon } from './dom.js';

/** Chips in `slot`; `change(parts)` is called when one of them is taken away. */
export function exampleChips(slot, change) {
  let now = { pictures: [], like: [], unlike: [] };
  const without = (name, gone) => change({ [name]: now[name].filter((one) => one !== gone && one.number !== gone) });
  const kept = new Map();
  const chipOf = (key, make) => kept.get(key) ?? kept.set(key, make()).get(key);
  return {
    show(state) {
      now = state;
      const chips = [
        ...state.pictures.map(({ number }, i) => chipOf(`#${number}`, () => pictureChip(state.pictures[i], () => without('pictures', number)))),
        ...state.like.map((id) => chipOf(`+${id}`, () => productChip(id, false, () => without('like', id)))),
        ...state.unlike.map((id) => chipOf(`-${id}`, () => productChip(id, true, () => without('unlike', id)))),
      ];
      for (const [key, chip] of kept) if (!chips.includes(chip)) kept.delete(key);
      slot.hidden = !chips.length;
      if (chips.length !== slot.children.length || chips.some((chip, i) => chip !== slot.children[i])) slot.replaceChildren(...chips);
      state.pictures.forEach(({ crop }, i) => { chips[i].firstChild.style.objectViewBox = insetOf(crop); });
    },
    /** Take the last one away. */
    removeLast() { slot.querySelector('.example:last-child button')?.click(); },
  };
}

const insetOf = (crop) => (crop
  ? `inset(${[crop.top, 1 - crop.left - crop.width, 1 - crop.top - crop.height, crop.left].map((share) => `${(100 * share).toFixed(1)}%`).join(' ')})`
  : '');

function chip(image, name, label, remove, isUnlike = false) {
  return h('span', { class: isUnlike ? 'example not' : 'example' }, image, name,
    h('button', { type: 'button', 'aria-label': label, onclick: remove }, icon('close')));
}

function pictureChip(picture, remove) {
  const image = h('img', { alt: '', width: 36, height: 36, src: picture.address });
  return chip(image, h('span', { class: 'picture-name' }, 'Your picture'), 'Remove the picture', remove);
}

function productChip(id, isUnlike, remove) {
  const image = h('img', { alt: '', width: 36, height: 36 });
  const name = h('span', { class: 'picture-name' }, isUnlike ? 'Not like this' : 'Like this');
  const made = chip(image, name, isUnlike ? 'Remove what it should not be like' : 'Remove the picture', remove, isUnlike);
  showProduct(id, isUnlike, image, name, made);
  return made;
}

async function showProduct(id, isUnlike, image, name, made) {
  try {
    const { product } = await ask(`/v1/products/${encodeURIComponent(id)}`);
    if (product.photos.length) image.src = `${product.photos[0].url}&size=160`;
    name.textContent = isUnlike ? `Not like ${product.title}` : product.title;
  } catch {
    // The search for what is like it says what is wrong.
    name.textContent = isUnlike ? `Not like ${id}` : id;
  }
  made.title = isUnlike ? name.textContent : `Like ${name.textContent}`;
}
