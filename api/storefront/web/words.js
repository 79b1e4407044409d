// Numbers and names as people read them.

const whole = new Intl.NumberFormat();

export const count = (number) => whole.format(number);

export function products(number) {
  return `${count(number)} ${number === 1 ? 'product' : 'products'}`;
}

/** A price in its currency, without cents where there are none. */
export function money(price, currency) {
  if (price === null || price === undefined) return '';
  const digits = Number.isInteger(price) ? 0 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: 2 };
  try {
    const style = currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {};
    return new Intl.NumberFormat(undefined, { ...options, ...style }).format(price);
  } catch {
    return `${new Intl.NumberFormat(undefined, options).format(price)} ${currency}`;
  }
}

/** `article_type` as "Article type". */
export function label(name) {
  const words = name.replace(/^attributes\./, '').replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function value(of) {
  if (Array.isArray(of)) return of.map(value).join(', ');
  if (typeof of === 'boolean') return of ? 'Yes' : 'No';
  // A year is no quantity: numbers of attributes keep the digits they came with.
  return String(of);
}

/** A range of numbers: "10 to 50", "from 10", "up to 50". */
export function range({ gte, lte }, show = count) {
  if (gte === undefined) return `up to ${show(lte)}`;
  return lte === undefined ? `from ${show(gte)}` : `${show(gte)} to ${show(lte)}`;
}
