/** Exact sums of decimal amounts, which never pass through a float. */

/** `a - b`, for plain decimals such as "18.42"; '' when either is none. */
export function minus(a: string, b: string): string {
  if (!isDecimal(a) || !isDecimal(b)) return '';
  const places = Math.max(placesOf(a), placesOf(b));
  const difference = scaled(a, places) - scaled(b, places);
  const digits = (difference < 0n ? -difference : difference).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const sign = difference < 0n ? '-' : '';
  return sign + digits.slice(0, cut) + (places > 0 ? `.${digits.slice(cut)}` : '');
}

const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0;
const scaled = (text: string, places: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(places - placesOf(text)));
