// How long a person waits: marks for the browser's own tools and for the benchmark.

import { phone } from './dom.js';

/** A clock that starts now. `painted` records what came when, once the photos in sight can be seen. */
export function clock() {
  const start = performance.now();
  let answer = start;
  return {
    answered() { answer = performance.now(); },
    async painted(grid, apiMs) {
      await nextFrame();
      const shown = performance.now();
      await Promise.all(inSight(grid).map((image) => image.decode().catch(() => null)));
      await nextFrame();
      const detail = { answer_ms: answer - start, grid_ms: shown - start, photos_ms: performance.now() - start, api_ms: apiMs };
      performance.clearMeasures('storefront');
      performance.measure('storefront', { start, end: performance.now(), detail });
    },
  };
}

// After the second callback the frame of the first one has been painted.
function nextFrame() {
  return new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
}

function inSight(grid) {
  const images = [...grid.querySelectorAll('.tile img:first-child')].slice(0, phone.matches ? 6 : 16);
  return images.filter((image) => image.getBoundingClientRect().top < innerHeight);
}
