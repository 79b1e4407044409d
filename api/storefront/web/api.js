// Requests to the API: the key when one is needed, problems as errors with a remedy.

import { byId } from './dom.js';
import { keep, recall } from './store.js';

const KEPT = 'vitrine.key';
let key = recall('sessionStorage', KEPT);
let asking = null;
if (key) lend(key);

/** What went wrong, from the server's problem details or from the network. */
export class Problem extends Error {
  constructor(status, details) {
    super(details.detail ?? 'The server cannot be reached');
    this.status = status;
    this.field = details.field ?? '';
    this.remedy = details.remedy ?? '';
  }

  /** The server is away or not ready yet, so that asking again may help. */
  get passes() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/**
 * Ask, and return the answer's JSON; throws `Problem`, or `AbortError` when the signal was given. With `keepalive` the
 * request outlives the page.
 */
export async function ask(path, { body, signal, method = body ? 'POST' : 'GET', keepalive = false } = {}) {
  const sent = key;
  const answer = await send(path, { method, signal, keepalive, body: body && JSON.stringify(body) });
  if (answer.status === 401) {
    // Another request may have asked for the key meanwhile.
    if (key === sent) await askForKey(Boolean(key));
    return ask(path, { body, signal, method, keepalive });
  }
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({ detail: answer.statusText })));
  return answer.json();
}

async function send(path, request) {
  const headers = { Accept: 'application/json' };
  if (key) headers.Authorization = `Bearer ${asBytes(key)}`;
  if (request.body) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, { ...request, headers });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, {});
  }
}

// A header carries bytes, one per character, and the server reads them as UTF-8.
const asBytes = (text) => String.fromCharCode(...new TextEncoder().encode(text));

// Requests that are refused together wait for one dialog.
function askForKey(wrong) {
  asking ??= new Promise((resolve) => {
    const dialog = byId('key');
    const input = byId('key-value');
    byId('key-wrong').hidden = !wrong;
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    dialog.addEventListener('close', () => {
      key = input.value.trim();
      input.value = '';
      keep('sessionStorage', KEPT, key);
      lend(key);
      asking = null;
      resolve();
    }, { once: true });
    dialog.showModal();
    input.focus();
  });
  return asking;
}

// Pictures in a page cannot carry a header, so the server takes the key from a cookie for photos, and for nothing else.
function lend(value) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `vitrine_photo_key=${encodeURIComponent(value)}; Path=/v1/products; SameSite=Strict${secure}`;
}
