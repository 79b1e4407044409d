// What a shopper sees of his taste: the start screen, and the line that says whose order a list is in.

import { Problem, ask } from './api.js';
import { h, icon, note } from './dom.js';
import { number, photo } from './grid.js';
import { about, askNoMore, forget, isAskable, isKnown, isOff, opinionButton, switchOff } from './taste.js';

const PICKS = 8;
const PICKS_MIN = 4;
const SIZES = '110px';

/** "Pick what you like": few photos that tell tastes apart. `done()` is called when somebody wants to see what fits. */
export class StartScreen {
  constructor(done) {
    this.done = h('button', { type: 'button', class: 'solid-button', hidden: true, onclick: done }, 'Show what fits me');
    this.list = h('ul', { class: 'choices' });
    this.root = h('section', { class: 'starting', 'aria-label': 'Pick what you like', hidden: true },
      h('h2', {}, 'Pick what you like'),
      h('p', { class: 'small' }, 'and this page shows you more of it.'),
      this.list,
      h('p', { class: 'picked' }, this.done, h('button', { type: 'button', class: 'plain', onclick: () => this.skip() }, 'Not now')));
  }

  /** Ask, unless something is known already; what is asked stays until the next visit of the page. */
  async show() {
    if (!isAskable()) {
      this.root.hidden = true;
      return;
    }
    if (!this.root.hidden) return;
    // A shop that cannot ask shows its products all the same.
    const answer = await ask(`/v1/start?limit=${PICKS}`).catch(() => null);
    const items = (answer?.items ?? []).filter(({ product }) => product.photos.length);
    if (items.length < PICKS_MIN || !isAskable()) return;
    this.list.replaceChildren(...items.map(choice));
    number(this.list.children, answer.query_id);
    this.done.hidden = true;
    this.root.hidden = false;
  }

  /** Whether it is here to be answered; then it takes the place of other offers. */
  offer() {
    if (this.root.hidden) return false;
    this.done.hidden = false;
    return true;
  }

  skip() {
    askNoMore();
    this.root.hidden = true;
  }
}

function choice({ id, product }, position) {
  const [first] = product.photos;
  const made = h('li', {});
  const button = opinionButton('like', () => ({ query_id: made.dataset.vitrineQuery, position }), {
    kind: 'choice', content: [h('span', { class: 'tile' }, photo(first.url, '', { sizes: SIZES, eager: true })), icon('heart')],
  });
  about([button], id, product.title);
  made.append(button);
  return made;
}

/** Whose order a list is in, with what changes it; empty where nothing is known. `again()` is called after a change. */
export function tasteLine({ isFeed, isTasted }, again) {
  if (!isKnown() || !(isFeed || isTasted || isOff())) return [];
  const off = isOff();
  const change = () => {
    switchOff(!off);
    again();
  };
  const leave = async () => {
    try {
      await forget();
      note('You are forgotten: everything that you did here is erased.');
      again();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      note(`You could not be forgotten: ${problem.message}. Try again.`);
    }
  };
  const words = off ? 'As everybody sees it.' : isFeed ? 'From what you liked, looked at and dismissed.' : 'What fits your taste comes first.';
  return [h('span', {}, words),
    h('button', { type: 'button', class: 'plain', onclick: change }, off ? 'Use my taste' : 'As everybody sees it'),
    h('button', { type: 'button', class: 'plain', onclick: leave }, 'Forget me')];
}
