// The shopper in this browser: a random name, what he said of products, and whether lists follow his taste.

import { ask } from './api.js';
import { h, icon, say } from './dom.js';
import { keep, recall } from './store.js';

const AREA = 'localStorage';
const SAID_MAX = 500;
// A search does not wait any longer for an event that is on its way.
const SENDING_MS = 1500;
const OPINIONS = {
  like: { symbol: () => icon('heart'), name: 'Like', done: 'Liked' },
  dislike: { symbol: () => icon('thumb'), name: 'Not for me', done: 'Not for you' },
};

// The script of events, as any shop's pages use it; a browser may have been told to leave it out.
const events = () => window.vitrine;
const listeners = new Set();
let said = new Map(JSON.parse(recall(AREA, 'vitrine.said') ?? '[]'));
let sending = Promise.resolve();

/** Events go where all requests go, with the shop's key when it has one. */
export function startTelling() {
  events()?.start((batch) => ask('/v1/events', { body: { events: batch }, keepalive: true }).catch((problem) => {
    // What the shop refuses, it refuses again.
    if (problem.passes) throw problem;
  }));
}

/** `listener(isOpinion)` is called after every act that may put lists into another order. */
export const onTaste = (listener) => listeners.add(listener);

/** Whether anything was liked, disliked or looked at in this browser. */
export const isKnown = () => Boolean(events()) && recall(AREA, 'vitrine.known') === '1';
export const isOff = () => recall(AREA, 'vitrine.everybody') === '1';
export const isPersonal = () => isKnown() && !isOff();

/** Whether to ask a newcomer what he likes. */
export const isAskable = () => Boolean(events()) && !isKnown() && recall(AREA, 'vitrine.asked') !== '1';
export const askNoMore = () => keep(AREA, 'vitrine.asked', '1');

/** Show lists as everybody sees them, or in the shopper's own order. */
export const switchOff = (off) => keep(AREA, 'vitrine.everybody', off ? '1' : null);

/** Who asks, as a search takes it. */
export function asker() {
  if (!events()) return {};
  const who = { user_id: events().user, session_id: events().session };
  return isOff() ? { ...who, personalize: 0 } : who;
}

/** One page of what the shopper should see next, as an answer of a search has it. */
export async function feedPage({ limit, cursor, signal }) {
  const query = new URLSearchParams({ limit, explain: true, session_id: events().session });
  if (cursor) query.set('cursor', cursor);
  const { items, ...answer } = await ask(`/v1/users/${encodeURIComponent(events().user)}/feed?${query}`, { signal });
  return { ...answer, hits: items };
}

/** Resolves when what was done here is known to the shop, or takes too long to wait for. */
export function told() {
  return Promise.race([sending, new Promise((resolve) => { setTimeout(resolve, SENDING_MS); })]);
}

/** Tell of one act at once, so that the next list knows of it. */
export function tell(type, productId, context = {}) {
  if (!events()) return;
  keep(AREA, 'vitrine.known', '1');
  events().track(type, productId, context);
  sending = events().flush();
  listeners.forEach((listener) => listener(type in OPINIONS || type === 'retract'));
}

/** A button that says an opinion, and takes it back. `context()` tells which answer showed the product, and where. */
export function opinionButton(opinion, context, { kind = '', content = OPINIONS[opinion].symbol() } = {}) {
  const button = h('button', {
    type: 'button', class: `opinion ${opinion} ${kind}`,
    onclick: () => give(button.dataset.of, isOn(button) ? null : opinion, context()),
  }, content);
  button.dataset.opinion = opinion;
  return button;
}

/** A heart and a thumb that points down; none where nobody could be told. */
export function opinionButtons(context = () => ({})) {
  return events() ? Object.keys(OPINIONS).map((opinion) => opinionButton(opinion, context)) : [];
}

/** Let buttons be about a product. */
export function about(buttons, id, title) {
  for (const button of buttons) {
    button.dataset.of = id;
    button.setAttribute('aria-label', `${OPINIONS[button.dataset.opinion].name}: ${title}`);
    mark(button);
  }
}

const isOn = ({ dataset }) => said.get(dataset.of) === dataset.opinion;

function mark(button) {
  const { name } = OPINIONS[button.dataset.opinion];
  button.setAttribute('aria-pressed', String(isOn(button)));
  button.title = isOn(button) ? 'Take it back' : name;
}

// It shows at once; where it cannot be told, the script of events tries again.
function give(productId, opinion, context) {
  said.delete(productId);
  if (opinion) said.set(productId, opinion);
  said = new Map([...said].slice(-SAID_MAX));
  keep(AREA, 'vitrine.said', JSON.stringify([...said]));
  tell(opinion ?? 'retract', productId, context);
  markAll();
  say(opinion ? OPINIONS[opinion].done : 'Taken back');
}

const markAll = () => document.querySelectorAll('.opinion').forEach(mark);

/** Erase the shopper everywhere, and begin anew under another name; throws `Problem`. */
export async function forget() {
  await told();
  await ask(`/v1/users/${encodeURIComponent(events().user)}`, { method: 'DELETE' });
  events().forget();
  said.clear();
  for (const name of ['said', 'known', 'everybody', 'asked']) keep(AREA, `vitrine.${name}`, null);
  markAll();
}
