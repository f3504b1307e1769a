/** Above these durations an operation is slow: the thresholds of the guides' alerts, in nanoseconds. */
const LIMITS_NS: readonly (readonly [prefix: string, limit: number])[] = [
  ['pf.trade.', 2_000e6],
  ['order.pipeline', 2_000e6],
  ['pf.wallet.', 500e6],
  ['pf.escrow.', 3_000e6],
  ['pf.signal.', 100e6],
];

export const ORDER_LIMIT_NS = 2_000e6;

/** The limit for a span of this name, or null when none is set. */
export function limitFor(spanName: string): number | null {
  return LIMITS_NS.find(([prefix]) => spanName.startsWith(prefix))?.[1] ?? null;
}
