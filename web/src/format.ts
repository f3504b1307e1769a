/**
 * Numbers and ids as people read them here. Money and quantities come as decimal strings and stay decimal strings:
 * they are rounded digit by digit, never through a float. Absent values give an empty string.
 */

import { isZero, parseDecimal, roundHalfEven, type Decimal } from './decimal';

const MINUS = '\u2212';
const THIN = '\u2009';

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, ',');

function signOf(value: Decimal, always: boolean): string {
  if (isZero(value)) return '';
  if (value.negative) return MINUS;
  return always ? '+' : '';
}

/** Decimals that an amount is shown with: two, and four below one cent. */
export function usdPlaces(text: string): number {
  const exact = parseDecimal(text);
  return exact?.whole === '0' && exact.fraction.startsWith('00') && !isZero(exact) ? 4 : 2;
}

/**
 * Dollars to the cent (`$1,204.10`), four digits below one cent (`$0.0042`). With `sign`, gains carry a plus.
 * Values that are no decimal number are shown as they are.
 */
export function usd(text: string | null | undefined, options: { sign?: boolean; places?: number } = {}): string {
  if (text == null || text === '') return '';
  const exact = parseDecimal(text);
  if (!exact) return text;
  const shown = roundHalfEven(exact, options.places ?? usdPlaces(text));
  return `${signOf(shown, options.sign ?? false)}$${grouped(shown.whole)}.${shown.fraction}`;
}

/** A decimal with its precision kept, digits grouped: `1,200`, `0.0148`. */
export function quantity(text: string | null | undefined): string {
  if (text == null || text === '') return '';
  const exact = parseDecimal(text);
  if (!exact) return text;
  return `${exact.negative ? MINUS : ''}${grouped(exact.whole)}${exact.fraction && `.${exact.fraction}`}`;
}

/** A price: to the cent like other money, below one dollar up to six digits: `66,204.50`, `0.0123`. */
export function price(text: string | null | undefined): string {
  if (text == null || text === '') return '';
  const exact = parseDecimal(text);
  if (!exact) return text;
  const shown = roundHalfEven(exact, exact.whole === '0' ? 6 : 2);
  const fraction = shown.fraction.slice(0, 2) + shown.fraction.slice(2).replace(/0+$/, '');
  return `${signOf(shown, false)}${grouped(shown.whole)}.${fraction}`;
}

/** −1, 0 or 1: which way a decimal string points. */
export function signum(text: string | null | undefined): -1 | 0 | 1 {
  const exact = text == null ? null : parseDecimal(text);
  if (!exact || isZero(exact)) return 0;
  return exact.negative ? -1 : 1;
}

/** Basis points, one decimal, signed; positive is adverse: `+1.4`. */
export function bps(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return '';
  const digits = Math.abs(value).toFixed(1);
  if (digits === '0.0') return digits;
  return (value < 0 ? MINUS : '+') + digits;
}

/** `17%` of a whole; empty when there is no whole. */
export const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Math.round((part / whole) * 100)}%` : '';

/** `0.82` */
export const confidence = (value: number | null | undefined): string => (value == null ? '' : value.toFixed(2));

/** `41,200` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A rate, three significant figures at most: `38`, `3.5`, `0.25`. */
export function rate(value: number): string {
  if (value >= 100) return count(value);
  return String(Number(value.toPrecision(value < 0.01 ? 1 : 3)));
}

const significant = (value: number): string => {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
};
const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/**
 * A duration in nanoseconds: at most three significant figures and a thin space, `820 µs`, `88 ms`, `2.38 s`;
 * from a minute on two units, `4m 12s`, `3h 05m`, `2d 4h`.
 */
export function duration(ns: number | null | undefined): string {
  if (ns == null || !Number.isFinite(ns)) return '';
  if (ns < 0) return MINUS + duration(-ns);
  if (ns < 1e3) return `${Math.round(ns)}${THIN}ns`;
  if (ns < 999_500) return `${trimmed(significant(ns / 1e3))}${THIN}µs`;
  if (ns < 999_500_000) return `${trimmed(significant(ns / 1e6))}${THIN}ms`;
  if (ns < 59.95e9) return `${significant(ns / 1e9)}${THIN}s`;
  const seconds = Math.round(ns / 1e9);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${THIN}${two(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h${THIN}${two(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d${THIN}${hours % 24}h`;
}

/** `4f1c…a09e`; short ids stay whole. Copy the full id, never this. */
export function shortId(id: string, ends = 4): string {
  return id.length <= ends * 2 + 1 ? id : `${id.slice(0, ends)}…${id.slice(-ends)}`;
}

/** `1 span`, `2 spans` */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
