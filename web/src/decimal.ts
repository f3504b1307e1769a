/** Exact decimals: money and quantities come as decimal strings, and are never taken through a float. */

export interface Decimal {
  negative: boolean;
  whole: string;
  fraction: string;
}

/** Splits `-12.50` or `1.5e-7` into sign and digits; null when it is not a decimal number. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (!match || match[2] + match[3] === '') return null;
  const exponent = Number(match[4] ?? 0);
  let digits = match[2] + match[3];
  let point = match[2].length + exponent;
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, '0');
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  return { negative: match[1] === '-', whole, fraction: digits.slice(point) };
}

export const isZero = (value: Decimal): boolean => /^0*$/.test(value.whole + value.fraction);

/** Rounds half to even, as ledgers do, to `places` decimals. */
export function roundHalfEven(value: Decimal, places: number): Decimal {
  const fraction = value.fraction.padEnd(places, '0');
  const kept = value.whole + fraction.slice(0, places);
  const rest = fraction.slice(places);
  const half = rest === '' ? -1 : rest.localeCompare('5'.padEnd(rest.length, '0'));
  const odd = Number(kept.at(-1)) % 2 === 1;
  const up = half > 0 || (half === 0 && odd);
  const digits = (BigInt(kept) + (up ? 1n : 0n)).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  return { negative: value.negative, whole: digits.slice(0, cut), fraction: digits.slice(cut) };
}

/** The digits of a decimal as one integer, `places` of them behind the point. */
function scaled({ negative, whole, fraction }: Decimal, places: number): bigint {
  const digits = BigInt(whole + fraction.padEnd(places, '0'));
  return negative ? -digits : digits;
}

function combine(a: string, b: string, how: (left: bigint, right: bigint) => bigint): string | null {
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  if (!left || !right) return null;
  const places = Math.max(left.fraction.length, right.fraction.length);
  const result = how(scaled(left, places), scaled(right, places));
  const digits = (result < 0n ? -result : result).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const fraction = digits.slice(cut);
  return `${result < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction && `.${fraction}`}`;
}

/** `a + b`, exactly. Null when either is no decimal number. */
export const add = (a: string, b: string): string | null => combine(a, b, (left, right) => left + right);

/** `a - b`, exactly. Null when either is no decimal number. */
export const subtract = (a: string, b: string): string | null => combine(a, b, (left, right) => left - right);
