// A picture on which a box can be drawn: the part of it that is searched for.

import { h } from './dom.js';

const LEAST = 0.06;
const STEP = 0.025;
const SETTLE_MS = 350;
const WHOLE = { left: 0, top: 0, width: 1, height: 1 };
const MIDDLE = { left: 0.2, top: 0.2, width: 0.6, height: 0.6 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = 'Arrows move the part, with Shift they change its size; Escape takes the whole picture again';

/**
 * The picture with its box. `changed(crop)` is called when a part has been chosen, as shares of the picture's sides
 * (`left`, `top`, `width`, `height`, 0 to 1), and with null for the whole picture.
 */
export function cropper(picture, changed) {
  const box = h('div', { class: 'box', tabindex: '0', role: 'application', 'aria-roledescription': 'part of the picture', title: HELP },
    ['nw', 'ne', 'sw', 'se'].map((corner) => h('span', { class: `corner ${corner}`, 'data-corner': corner })));
  const image = h('img', { src: picture.address, alt: 'Your picture', width: picture.width, height: picture.height, draggable: 'false' });
  const root = h('div', { class: 'cropper' }, image, box);
  let crop = null;
  let told = null;
  let settling = 0;
  const draw = (next) => {
    crop = next;
    const shown = next ?? WHOLE;
    for (const side of Object.keys(WHOLE)) box.style[side] = `${100 * shown[side]}%`;
    root.classList.toggle('cut', Boolean(next));
    box.setAttribute('aria-label', labelOf(next));
  };
  const tell = () => {
    clearTimeout(settling);
    crop = crop && rounded(crop);
    if (JSON.stringify(crop) === JSON.stringify(told)) return;
    told = crop;
    changed(crop);
  };
  const keyed = (next) => {
    draw(next);
    clearTimeout(settling);
    settling = setTimeout(tell, SETTLE_MS);
  };
  root.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    event.preventDefault();
    box.focus({ preventScroll: true });
    drag(root, event, { box, crop, draw, tell });
  });
  box.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow) keyed(crop ? (event.shiftKey ? grown : shifted)(crop, arrow[0] * STEP, arrow[1] * STEP) : MIDDLE);
    else if (event.key === 'Enter' && !crop) keyed(MIDDLE);
    else if (['Escape', 'Delete', 'Backspace'].includes(event.key) && crop) keyed(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  draw(null);
  return {
    root,
    // What is being drawn or typed right now is newer than what was told before.
    set(next) {
      if (JSON.stringify(next) === JSON.stringify(told)) return;
      told = next;
      clearTimeout(settling);
      draw(next);
    },
  };
}

// A corner stretches the box from the opposite one, its inside moves it, and anywhere else a new one begins.
function drag(root, event, { box, crop, draw, tell }) {
  const at = placeIn(root);
  const start = at(event);
  const { corner } = event.target.dataset;
  const moves = crop && event.target === box;
  const fixed = corner ? opposite(crop ?? WHOLE, corner) : start;
  const own = new AbortController();
  const listen = (name, act) => root.addEventListener(name, (later) => { if (later.pointerId === event.pointerId) act(later); }, { signal: own.signal });
  root.setPointerCapture(event.pointerId);
  listen('pointermove', (later) => {
    const now = at(later);
    draw(moves ? shifted(crop, now.x - start.x, now.y - start.y) : between(fixed, now));
  });
  listen('pointerup', (later) => {
    own.abort();
    const now = at(later);
    const drawn = moves ? shifted(crop, now.x - start.x, now.y - start.y) : between(fixed, now);
    draw(drawn.width < LEAST || drawn.height < LEAST || isWhole(drawn) ? null : drawn);
    tell();
  });
  listen('pointercancel', () => {
    own.abort();
    draw(crop);
  });
}

const limited = (value, low, high) => Math.min(high, Math.max(low, value));
const isWhole = ({ width, height }) => width > 0.99 && height > 0.99;

function placeIn(root) {
  const { left, top, width, height } = root.getBoundingClientRect();
  return (event) => ({ x: limited((event.clientX - left) / width, 0, 1), y: limited((event.clientY - top) / height, 0, 1) });
}

function between(a, b) {
  return { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

function opposite({ left, top, width, height }, corner) {
  return { x: corner.includes('w') ? left + width : left, y: corner.includes('n') ? top + height : top };
}

function shifted(crop, x, y) {
  return { ...crop, left: limited(crop.left + x, 0, 1 - crop.width), top: limited(crop.top + y, 0, 1 - crop.height) };
}

function grown(crop, x, y) {
  return { ...crop, width: limited(crop.width + x, LEAST, 1 - crop.left), height: limited(crop.height + y, LEAST, 1 - crop.top) };
}

// Rounded by its edges, so that the box never reaches beyond the picture.
function rounded({ left, top, width, height }) {
  const edge = (share) => Math.round(limited(share, 0, 1) * 1000);
  const [x, y] = [edge(left), edge(top)];
  return { left: x / 1000, top: y / 1000, width: (edge(left + width) - x) / 1000, height: (edge(top + height) - y) / 1000 };
}

function labelOf(crop) {
  if (!crop) return 'The whole picture is searched. Press Enter to choose a part';
  const [left, top, width, height] = ['left', 'top', 'width', 'height'].map((side) => Math.round(100 * crop[side]));
  return `A part is searched: ${width}% of the width from ${left}%, ${height}% of the height from ${top}%`;
}
