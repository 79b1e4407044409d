"""What the page looks like beyond what all reports share, and the little that moves in it."""

from __future__ import annotations

# Told apart on light and on dark ground; what has none of them is grey.
COLOURS = (
    *("#4e79a7", "#f28e2b", "#e15759", "#59a14f", "#b07aa1", "#d9a400"),
    *("#2a9d8f", "#ff7d9c", "#9c755f", "#6b8e23", "#7b6fd0", "#3fa7d6"),
)

STYLE = """
body { max-width: 68rem } nav { margin: .8rem 0 1.6rem; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem }
nav a { color: var(--ours); text-decoration: none } nav a:hover { text-decoration: underline }
h2 { border-top: 1px solid var(--line); padding-top: 1.4rem } h3 { font-size: 1rem; margin: 1.4rem 0 .2rem }
h4 { font-size: .85rem; font-weight: 600; color: var(--dim); margin: .9rem 0 .3rem; text-transform: uppercase;
  letter-spacing: .05em }
.second { fill: var(--bar) } .first { fill: var(--ours) } .track { fill: var(--line); opacity: .55 }
.zero { stroke: var(--dim); stroke-width: 1 } .spread { stroke-width: 3; stroke-linecap: round; stroke: var(--dim) }
.spread.better { stroke: var(--good) } .spread.worse { stroke: var(--bad) }
svg .soft { fill: var(--dim) } svg .strong { font-weight: 600 }
.map { position: relative } .map svg { width: 100%; border: 1px solid var(--line); border-radius: 10px }
.map circle { cursor: crosshair; stroke: var(--ground); stroke-width: .5; transition: opacity .15s }
.map.chosen circle { opacity: .06 } .map.chosen circle.on { opacity: 1 }
.legend { display: flex; flex-wrap: wrap; gap: .35rem; margin: .5rem 0 }
.legend button { font: inherit; font-size: .85rem; color: var(--ink); background: none; cursor: pointer;
  border: 1px solid var(--line); border-radius: 99px; padding: .1rem .7rem .1rem .5rem }
.legend button[aria-pressed=true] { border-color: var(--ink) }
.legend i { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .4rem }
.tip { position: fixed; pointer-events: none; display: none; z-index: 2; max-width: 15rem; padding: .5rem;
  background: var(--ground); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 18px #0004;
  font-size: .85rem; line-height: 1.35 }
.tip img { display: block; height: 120px; margin: 0 auto .35rem; border-radius: 4px; background: #fff }
.asked { display: grid; grid-template-columns: 11rem 1fr; gap: .9rem; align-items: start; margin: .5rem 0 1rem }
.asked > div:first-child { font-size: .85rem; line-height: 1.35 } .asked q { font-weight: 600; quotes: none }
.hits { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: .35rem }
figure { margin: 0; font-size: .68rem; line-height: 1.25; color: var(--dim); overflow-wrap: anywhere }
figure img, .none { display: block; width: 100%; aspect-ratio: 3 / 4; object-fit: contain; background: #fff;
  border-radius: 5px; box-sizing: border-box; border: 2px solid var(--line) }
.right img, .right .none { border-color: var(--good) } .wrong img, .wrong .none { border-color: var(--bad) }
.wrong figcaption::before { content: "✕ "; color: var(--bad) } .right figcaption::before { content: "✓ ";
  color: var(--good) } .asked figure { width: 5.2rem; margin-bottom: .3rem }
meter { width: 7rem; height: .7rem } .cell { stroke: var(--ground); stroke-width: 1 }
.wide svg { min-width: 40rem } .dot { fill: var(--ink) }
@media (max-width: 44rem) { .asked { grid-template-columns: minmax(0, 1fr) }
  .hits { grid-template-columns: repeat(5, minmax(0, 1fr)) } }
"""

SCRIPT = """
const space = document.querySelector('.map'), tip = document.querySelector('.tip');
const points = JSON.parse(document.getElementById('points').textContent);
const line = (text, tag) => Object.assign(document.createElement(tag), { textContent: text });
space.addEventListener('pointerover', event => {
  if (event.target.tagName !== 'circle') return;
  const [title, label, photo] = points[event.target.dataset.i];
  tip.replaceChildren(line(title, 'b'), document.createElement('br'), line(label, 'small'));
  if (photo) tip.prepend(Object.assign(document.createElement('img'), { src: photo, alt: '' }));
  tip.style.display = 'block';
});
space.addEventListener('pointermove', event => {
  const fits = event.clientX + 16 + tip.offsetWidth <= innerWidth;
  tip.style.left = (fits ? event.clientX + 16 : event.clientX - tip.offsetWidth - 12) + 'px';
  tip.style.top = Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 8) + 'px';
});
space.addEventListener('pointerout', event => { if (event.target.tagName === 'circle') tip.style.display = 'none'; });
const buttons = document.querySelectorAll('.legend button');
for (const button of buttons) button.addEventListener('click', () => {
  const on = button.getAttribute('aria-pressed') !== 'true';
  for (const other of buttons) other.setAttribute('aria-pressed', on && other === button);
  space.classList.toggle('chosen', on);
  for (const dot of space.querySelectorAll('circle'))
    dot.classList.toggle('on', on && dot.dataset.k === button.dataset.k);
});
"""
