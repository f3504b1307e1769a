import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome, type Stats } from '../api/types';
import { rate } from '../format';
import { decisionsPerMinute } from './pace';

const MINUTE_NS = 60_000_000_000n;
const START_NS = 1_795_185_120_000_000_000n;

const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;

/** A range of so many minutes, with this many decisions in each of some of them. */
function stats(minutes: number, decisions: Record<number, number>): Stats {
  const at = (minute: number): string => (START_NS + BigInt(minute) * MINUTE_NS).toString();
  const cycles = Object.values(decisions).reduce((sum, n) => sum + n, 0);
  const money = { p50_ns: null, p99_ns: null, pnl_usd: '0', fees_usd: '0' };
  return {
    from_ns: at(0),
    to_ns: at(minutes),
    step_s: 60,
    points: Array.from({ length: minutes }, (_, minute) => {
      const counts = { ...none, skipped: decisions[minute] ?? 0 };
      return { ...money, t_ns: at(minute), counts, slippage_bps: null };
    }),
    totals: { ...money, cycles, counts: none, closed: 0, median_slippage_bps: null, slippage_cost_usd: '0', in_flight: 0, exposed_usd: '0' },
  };
}

describe('decisions per minute', () => {
  it('are told truly where they are few', () => {
    expect(rate(decisionsPerMinute(stats(1440, { 0: 24 })))).toBe('0.0167');
    expect(rate(decisionsPerMinute(stats(60, { 0: 1 })))).toBe('0.0167');
  });
  it('have three figures where they are many', () => {
    expect(rate(decisionsPerMinute(stats(3, { 0: 4, 1: 4, 2: 3 })))).toBe('3.67');
  });
  it('count from the first one on, and no less than a minute', () => {
    expect(decisionsPerMinute(stats(60, { 50: 20 }))).toBe(2);
    expect(decisionsPerMinute(stats(60, { 59: 5 }))).toBe(5);
  });
});
