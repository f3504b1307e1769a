/**
 * Unix nanoseconds arrive as decimal strings, because they do not fit a double. A story only needs distances,
 * and those do: seconds and the rest of the digits are subtracted apart, which is exact and makes no BigInt.
 */
export interface Instant {
  seconds: number;
  nanos: number;
}

export function instant(unixNs: string): Instant {
  return { seconds: Number(unixNs.slice(0, -9)), nanos: Number(unixNs.slice(-9)) };
}

/** Nanoseconds from `origin` to `unixNs`. */
export function nsSince(origin: Instant, unixNs: string): number {
  return (Number(unixNs.slice(0, -9)) - origin.seconds) * 1e9 + (Number(unixNs.slice(-9)) - origin.nanos);
}

/** Unix nanoseconds of the moment `ns` after `originNs`, as a decimal string. */
export function unixNs(originNs: string, ns: number): string {
  return (BigInt(originNs) + BigInt(Math.round(ns))).toString();
}
