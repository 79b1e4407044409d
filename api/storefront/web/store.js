// What a browser keeps for the next visit. Where storage is forbidden, it is kept as long as the page is open.

const memory = new Map();

/** What was kept under a name in `localStorage` or `sessionStorage`; null where nothing was. */
export function recall(area, name) {
  try {
    return window[area].getItem(name);
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Keep a text; null forgets it. */
export function keep(area, name, text) {
  memory.set(name, text);
  try {
    if (text === null) window[area].removeItem(name);
    else window[area].setItem(name, text);
  } catch {
    // Memory has it.
  }
}
