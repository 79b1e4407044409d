// What names of colours look like, as cloth rather than as light.

const DYES = {
  black: '#1d1c1b', white: '#ffffff', 'off white': '#f5f1e6', ivory: '#f4eedd', cream: '#f1e7cf', ecru: '#e6dcc2', beige: '#dccbab',
  sand: '#d5bf98', nude: '#dfb89b', skin: '#e2bda0', taupe: '#8f8073', camel: '#b9854c', tan: '#c39a6b', brown: '#6d4630',
  chocolate: '#4b2e20', coffee: '#5b3d2c', cognac: '#9a5325', rust: '#a5472a', terracotta: '#b85c3e', copper: '#b0703f', bronze: '#8c6b3a',
  gold: '#c9a54c', mustard: '#cf9e2e', yellow: '#efc93c', lemon: '#f3e26b', apricot: '#f2b384', peach: '#f3b89a', orange: '#e27a2c',
  coral: '#e9705c', salmon: '#eb917b', red: '#b92b2f', scarlet: '#c9261f', burgundy: '#661f2d', wine: '#6a2238', maroon: '#5f1d24',
  raspberry: '#a52a52', pink: '#e79db2', rose: '#cf7d8c', blush: '#eac6c2', 'hot pink': '#dd4c8c', fuchsia: '#c42e83', magenta: '#b3277a',
  mauve: '#a5829b', lilac: '#b9a3cf', lavender: '#b4a8d8', purple: '#6b3f86', violet: '#68469c', plum: '#5b2c50', aubergine: '#3e2138',
  indigo: '#353b73', navy: '#22305a', blue: '#2f5d9e', royal: '#2747a8', cobalt: '#234fa5', denim: '#44617f', 'sky blue': '#93bfe0',
  'light blue': '#a9c8e4', sky: '#93bfe0', 'powder blue': '#b7cbdb', ice: '#d6e5ea', petrol: '#1d4e5c', teal: '#1f6b6d', turquoise: '#3fb0ac',
  aqua: '#79cdc9', mint: '#aed9c2', sage: '#9caf8d', green: '#3b7a4b', emerald: '#1d7a55', 'forest green': '#24482f', forest: '#24482f',
  bottle: '#1d4734', olive: '#67683a', khaki: '#8b8157', lime: '#a8c63b', grey: '#8c8a87', gray: '#8c8a87', charcoal: '#3f4043',
  anthracite: '#34363a', slate: '#5c6670', stone: '#bcb3a4', silver: '#c3c5c8', steel: '#8d98a1', graphite: '#45474a', metallic: '#aeb0b3',
  transparent: '#eef2f3', clear: '#eef2f3',
};
const SHADES = { light: ['#fff', 45], pale: ['#fff', 55], pastel: ['#fff', 50], soft: ['#fff', 30], dark: ['#000', 35], deep: ['#000', 30] };

/** CSS for the swatch of a colour's name; null for one that nobody could draw. */
export function dye(name) {
  const plain = name.toLowerCase().replace(/[_-]+/g, ' ').trim();
  if (DYES[plain]) return DYES[plain];
  if (/multi|mixed|assorted|print|rainbow/.test(plain)) return 'conic-gradient(#c9473c,#e0a93a,#6f9e4f,#3f86b4,#7d5aa6,#c9473c)';
  const [first, ...rest] = plain.split(' ');
  if (SHADES[first] && rest.length) {
    const base = dye(rest.join(' '));
    const [towards, share] = SHADES[first];
    return base && `color-mix(in oklab, ${base}, ${towards} ${share}%)`;
  }
  const word = plain.split(' ').find((part) => DYES[part]);
  if (word) return DYES[word];
  const css = plain.replaceAll(' ', '');
  return CSS.supports('color', css) ? css : null;
}
