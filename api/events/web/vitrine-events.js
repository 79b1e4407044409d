// Tells Vitrine what shoppers do on a shop's own pages: views, what they saw, and clicks. See docs/events.md.
(() => {
  'use strict';
  const script = document.currentScript;
  const settings = script.dataset;
  const endpoint = settings.endpoint ?? new URL('/v1/events', script.src).href;
  const BATCH = 100;
  const WAIT_MS = 2000;
  // Half of a card for a second is seen, as the advertising industry counts it.
  const SEEN_SHARE = 0.5;
  const SEEN_MS = 1000;
  const PAUSE_MS = 30 * 60 * 1000;
  const waiting = [];
  const seen = new Set();
  let started = false;
  let timer = 0;
  let send = post;

  const random = () => crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(36), '');

  // Without storage (a private window, a strict browser) the name lasts as long as the page.
  const memory = {};
  function kept(key, value) {
    try {
      if (value !== undefined) localStorage.setItem(key, value);
      return localStorage.getItem(key);
    } catch {
      if (value !== undefined) memory[key] = value;
      return memory[key] ?? null;
    }
  }

  function userId() {
    return settings.user || kept('vitrine.guest') || kept('vitrine.guest', `guest-${random()}`);
  }

  function sessionId() {
    const [id, at] = (kept('vitrine.session') ?? '').split(' ');
    const now = Date.now();
    const current = id && now - Number(at) < PAUSE_MS ? id : `visit-${random()}`;
    kept('vitrine.session', `${current} ${now}`);
    return current;
  }

  /** Note one event; it is sent soon, at the latest when the page is left. */
  function track(type, productId, more = {}) {
    if (!started || !productId) return;
    waiting.push({
      id: `w-${random()}`,
      user_id: userId(),
      session_id: sessionId(),
      type,
      product_id: productId,
      created_at: new Date().toISOString(),
      ...more,
    });
    if (waiting.length >= BATCH) flush();
    else timer ||= setTimeout(flush, WAIT_MS);
  }

  /** Send everything that waits; a batch that cannot be sent waits for the next time. Resolves when all were tried. */
  function flush() {
    clearTimeout(timer);
    timer = 0;
    const batches = [];
    while (waiting.length) batches.push(waiting.splice(0, BATCH));
    return Promise.all(batches.map((events) => send(events).catch(() => {
      // Events have ids, so what arrived after all counts once.
      if (waiting.length < 10 * BATCH) waiting.push(...events);
    })));
  }

  async function post(events) {
    const body = JSON.stringify({ events });
    if (sentByBeacon(body)) return;
    // A beacon to another origin always carries cookies, which Vitrine never accepts; this carries none.
    const answer = await fetch(endpoint, {
      method: 'POST',
      body,
      keepalive: true,
      credentials: 'omit',
      headers: { 'Content-Type': 'application/json' },
    });
    if (answer.status >= 500) throw new Error(String(answer.status));
  }

  function sentByBeacon(body) {
    if (new URL(endpoint, location.href).origin !== location.origin || !navigator.sendBeacon) return false;
    return navigator.sendBeacon(endpoint, new Blob([body], { type: 'application/json' }));
  }

  /** Be another guest, in another visit, and forget what was not sent yet. */
  function forget() {
    waiting.length = 0;
    seen.clear();
    kept('vitrine.guest', '');
    kept('vitrine.session', '');
  }

  /** What a card says of itself, or what stands around it: the answer that showed it, and its place there. */
  function context(card) {
    const queryId = card.closest('[data-vitrine-query]')?.dataset.vitrineQuery;
    const position = card.dataset.vitrinePosition;
    return {
      ...(queryId ? { query_id: queryId } : {}),
      ...(position !== undefined && /^\d+$/.test(position) ? { position: Number(position) } : {}),
    };
  }

  const dwelling = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio } of entries) {
      clearTimeout(dwelling.get(target));
      dwelling.delete(target);
      if (intersectionRatio >= SEEN_SHARE) dwelling.set(target, setTimeout(() => noteSeen(target), SEEN_MS));
    }
  }, { threshold: SEEN_SHARE });

  function noteSeen(card) {
    dwelling.delete(card);
    watcher.unobserve(card);
    const more = context(card);
    const key = `${more.query_id ?? ''} ${card.dataset.vitrineProduct}`;
    if (seen.has(key)) return;
    seen.add(key);
    track('impression', card.dataset.vitrineProduct, more);
  }

  function watch(root) {
    if (root.matches?.('[data-vitrine-product]')) watcher.observe(root);
    for (const card of root.querySelectorAll?.('[data-vitrine-product]') ?? []) watcher.observe(card);
  }

  function clicked(event) {
    const card = event.target.closest?.('[data-vitrine-product]');
    if (card) track('click', card.dataset.vitrineProduct, context(card));
  }

  /**
   * Begin; called by itself unless the script tag says `data-wait`, for shops that ask for consent first. `sender`, for
   * shops that send events in a way of their own, takes a list of events and returns a promise.
   */
  function start(sender) {
    if (started) return;
    started = true;
    if (typeof sender === 'function') send = sender;
    for (const page of document.querySelectorAll('[data-vitrine-view]')) {
      track('view', page.dataset.vitrineView, context(page));
    }
    watch(document);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach(watch);
    }).observe(document.documentElement, { childList: true, subtree: true });
    document.addEventListener('click', clicked, true);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && flush());
    addEventListener('pagehide', flush);
  }

  window.vitrine = {
    start,
    track,
    flush,
    forget,
    /** The names to send with searches, so that they know the shopper. */
    get user() { return userId(); },
    get session() { return sessionId(); },
  };
  if (!('wait' in settings)) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => start());
    else start();
  }
})();
