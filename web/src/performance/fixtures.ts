/** Results for tests. */
import { STAGES, type Figures, type Group, type Performance, type StageName, type TimeGroup } from './api';

export function figures(change: Partial<Figures> = {}): Figures {
  return {
    net_usd: '0',
    pnl_usd: '0',
    fees_usd: '0',
    slippage_cost_usd: '0',
    expected_usd: '0',
    closed: 0,
    bets: 0,
    won: 0,
    lost: 0,
    win_rate: null,
    orders: 0,
    filled: 0,
    partly_filled: 0,
    refused: 0,
    in_doubt: 0,
    fill_rate: null,
    slipped: 0,
    slippage_mean_bps: null,
    slippage_p95_bps: null,
    drawdown: null,
    cycles: 0,
    equity_usd: ['0', '0'],
    drawdown_usd: ['0', '0'],
    ...change,
  };
}

export const group = (key: string | null, net: string, change: Partial<Figures> = {}): Group => ({
  key,
  ...figures({ net_usd: net, equity_usd: ['0', net], closed: 1, ...change }),
});

export const answer = (by: string, groups: Group[], change: Partial<Performance> = {}): Performance => ({
  from_ns: '1795185000000000000',
  to_ns: '1795185120000000000',
  by,
  step_s: 60,
  steps: ['1795185000000000000', '1795185060000000000'],
  total: figures(),
  groups,
  others: null,
  ...change,
});

/** A group of one cycle of 100 ns, with these nanoseconds in its stages. */
export function timeGroup(spent: Partial<Record<StageName, number>>): TimeGroup {
  return {
    agent: 'a',
    release: '1.0',
    groups: 1,
    cycles: 1,
    total_ns: 100,
    p50_ns: 100,
    p95_ns: 100,
    stages: STAGES.map((stage) => {
      const ns = spent[stage] ?? 0;
      return { stage, total_ns: ns, share: ns / 100, cycles: ns > 0 ? 1 : 0, p50_ns: ns || null, p95_ns: ns || null };
    }),
    slowest: [],
  };
}
