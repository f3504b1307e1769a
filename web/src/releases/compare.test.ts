import { describe, expect, it } from 'vitest';
import type { Comparison, Measure, Verdict } from './types';
import { change, relative, sampleWords, slower, summary } from './compare';
import { health, operation } from './fixtures';

const measure = (name: Measure['name'], a: number | null, b: number | null, verdict: Verdict = 'alike'): Measure => ({
  name,
  a,
  b,
  a_sample: 100,
  b_sample: 100,
  verdict,
});

const money = {
  net_usd: '0',
  pnl_usd: '0',
  fees_usd: '0',
  cycles: 0,
  orders: 0,
  slipped: 0,
  slippage_mean_bps: null,
  slippage_cost_usd: '0',
};
const side = { version: 'agent@1', active_hours: 0, events: 0, health: health(), money, new_issues: 0 };
const comparison = (measures: Measure[], operations: Comparison['operations'] = []): Comparison => ({
  from_ns: '0',
  to_ns: '1',
  a: side,
  b: { ...side, version: 'agent@2' },
  measures,
  operations,
  new_issues: [],
});

describe('a change', () => {
  it.each([
    ['errors_per_hour', 0.64, 1.28, '+100%'],
    ['errors_per_hour', 2, 1, '−50%'],
    ['net_per_cycle_usd', 0.5379, 0.0183, '−$0.5196'],
    ['slippage_mean_bps', 1.5, 2.7, '+1.2 bps'],
    ['crash_free_sessions_percent', 98.148, 88.372, '−9.8 points'],
    ['crash_free_sessions_percent', 98.1, 98.12, '0 points'],
  ] as const)('of %s from %s to %s is %s', (name, a, b, words) => {
    expect(change(measure(name, a, b))).toBe(words);
  });

  it('is empty where one side is missing, and from nothing', () => {
    expect(change(measure('errors_per_hour', null, 2))).toBe('');
    expect(relative(0, 3)).toBe('');
  });

  it('of a duration says how much and what part', () => {
    expect(slower(250e6, 400e6)).toBe('+150\u2009ms, +60%');
    expect(slower(400e6, 200e6)).toBe('\u2212200\u2009ms, \u221250%');
    expect(slower(5, 5)).toBe('0%');
  });
});

describe('the sentence on top', () => {
  it('repeats the verdicts of the hub, the bad ones first', () => {
    const found = comparison(
      [measure('errors_per_hour', 1, 3, 'worse'), measure('slippage_mean_bps', 3, 1, 'better')],
      [{ name: 'pf.trade.execute', a: operation('x', 1), b: operation('x', 2), verdict: 'worse' }],
    );
    expect(summary(found)).toBe('Worse: errors per hour, p95 of pf.trade.execute. Better: mean slippage.');
  });

  it('claims nothing where the hub does not', () => {
    expect(summary(comparison([measure('errors_per_hour', 1, 1)]))).toBe(
      'No clear difference where there is enough to compare.',
    );
    expect(summary(comparison([measure('errors_per_hour', 1, 9, 'too_few')]))).toBe(
      'There is too little of one of them to say.',
    );
  });
});

it('says what a sample is made of', () => {
  expect(sampleWords('slippage_mean_bps', 1)).toBe('of 1 order');
  expect(sampleWords('errors_per_1000_cycles', 144)).toBe('of 144 decisions');
  expect(sampleWords('errors_per_hour', 0)).toBe('');
});
