// The pictures that a person has brought, large enough to choose a part of them.

import { cropper } from './crop.js';
import { byId, h, icon } from './dom.js';
import { EXAMPLES_MAX } from './state.js';

/** The panel; `change(pictures, options)` is called with what is left of them, or with another part of one. */
export function preview(change) {
  const list = h('div', { class: 'croppers' });
  const whole = h('button', { type: 'button', class: 'plain', onclick: () => change(now.map((picture) => ({ ...picture, crop: null })), { replace: true }) }, 'Whole picture');
  const add = h('button', { type: 'button', class: 'plain', onclick: () => pickAnother() }, 'Add a picture');
  const help = h('p', { class: 'small' }, 'Drag a box around what you mean.');
  const root = h('section', { class: 'preview', 'aria-label': 'Your pictures', hidden: true }, list, h('div', { class: 'preview-words' }, help, whole, add));
  const kept = new Map();
  let now = [];
  const made = (picture) => {
    const cut = (crop) => change(now.map((one) => (one.number === picture.number ? { ...one, crop } : one)), { replace: true });
    const crop = cropper(picture, cut);
    const remove = h('button', {
      type: 'button', class: 'gone-button', 'aria-label': `Take away picture ${picture.number}`, onclick: () => change(now.filter((one) => one.number !== picture.number)),
    }, icon('close'));
    return { crop, root: h('div', { class: 'preview-one' }, crop.root, remove) };
  };
  return {
    root,
    show({ pictures }) {
      now = pictures;
      const shown = pictures.map((picture) => {
        if (!kept.has(picture.number)) kept.set(picture.number, made(picture));
        const one = kept.get(picture.number);
        one.crop.set(picture.crop ?? null);
        return one.root;
      });
      for (const number of kept.keys()) if (!pictures.some((one) => one.number === number)) kept.delete(number);
      if (shown.length !== list.children.length || shown.some((one, i) => one !== list.children[i])) list.replaceChildren(...shown);
      root.hidden = !pictures.length;
      root.classList.toggle('several', pictures.length > 1);
      whole.hidden = !pictures.some(({ crop }) => crop);
      add.hidden = pictures.length >= EXAMPLES_MAX;
    },
  };
}

function pickAnother() {
  const file = byId('file');
  file.dataset.add = '1';
  file.click();
}
