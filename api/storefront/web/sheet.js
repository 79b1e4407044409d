// The filters as a sheet at the lower edge of a phone.

import { byId, h, icon, phone } from './dom.js';

/** `panel` lives in `home`, and moves into the sheet while that is open. */
export function filterSheet(home, panel, clear) {
  const sheet = byId('sheet');
  const done = h('button', { type: 'button', class: 'solid-button', onclick: () => sheet.close() }, 'Show products');
  const body = h('div', { class: 'sheet-body' });
  sheet.replaceChildren(
    h('header', {}, h('h2', {}, 'Filters'), h('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => sheet.close() }, icon('close'))),
    body, h('footer', {}, h('button', { type: 'button', class: 'plain', onclick: clear }, 'Clear all'), done));
  sheet.addEventListener('close', () => home.append(panel));
  // The dialog itself is hit only beside its contents, on the shade.
  sheet.addEventListener('click', (event) => { if (event.target === sheet) sheet.close(); });
  phone.addEventListener('change', () => sheet.close());
  return {
    open() {
      body.append(panel);
      sheet.showModal();
    },
    total(words) { done.textContent = words ? `Show ${words}` : 'Show products'; },
  };
}
