// How far an import is, while it streams in.

import { ask } from './api.js';
import { byId } from './dom.js';
import { count, products } from './words.js';

const BUSY_MS = 1000;
const CALM_MS = 15000;
const BYE_MS = 4000;

/** Ask about the shop again and again, often while something moves. `onReady(added)` tells of newly ready products. */
export function follow(first, { onShop, onReady }) {
  let { ready } = first.products;
  let busy = show(first.products, false);
  let settled = true;
  let timer = 0;
  const look = async () => {
    if (document.hidden) return next();
    const shop = await ask('/v1/shop').catch(() => null);
    if (!shop) return next();
    onShop(shop);
    const added = shop.products.ready - ready;
    // A small import is over between two looks; it is told of all the same.
    busy = show(shop.products, busy || added > 0);
    // Searches are answered from memory, which may be a moment behind what is counted: hence once more afterwards.
    if (added !== 0 || !settled) onReady(added);
    settled = added === 0;
    ready = shop.products.ready;
    return next();
  };
  const next = () => {
    clearTimeout(timer);
    timer = setTimeout(look, busy || !settled ? BUSY_MS : CALM_MS);
  };
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  next();
}

function show({ ready, waiting, total }, wasBusy) {
  const bar = byId('progress');
  const words = bar.querySelector('.progress-words');
  const line = bar.querySelector('progress');
  if (waiting) {
    words.textContent = `${count(ready)} of ${products(total)} ready`;
    line.max = total;
    line.value = ready;
    bar.hidden = false;
  } else if (wasBusy) {
    words.textContent = `All ${products(ready)} are ready`;
    line.value = line.max;
    setTimeout(() => { bar.hidden = true; }, BYE_MS);
  }
  return waiting > 0;
}
