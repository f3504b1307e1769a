/** Answers for the tests: an agent that is well, and what differs from that. */
import type { AgentSafety, Fate, Open, Safety, Tally, Thing } from './api';

export const NOW = Date.UTC(2026, 10, 20, 14, 32);
const NONE: Tally = { count: 0, usd: '0', unpriced: 0, oldest_ns: null };

export const nsBefore = (seconds: number): string => `${BigInt(NOW - seconds * 1000) * 1_000_000n}`;

export const thing = (fate: Fate, usd: string | null, kind: Thing['kind'] = 'order'): Thing => ({
  kind,
  fate,
  id: 'ord_1',
  usd,
  since_ns: nsBefore(240),
  trace_id: 'a'.repeat(32),
});

export const open = (change: Partial<Open> = {}): Open => ({
  unknown: NONE,
  in_flight: NONE,
  waiting: NONE,
  held: NONE,
  things: [],
  positions: [],
  ...change,
});

export const agent = (change: Partial<AgentSafety> = {}): AgentSafety => ({
  agent: 'vol-arb-1',
  strategy: 'vol-arb',
  release: 'agent-vol-arb@2.1.0',
  environment: 'demo',
  alive: 'alive',
  reason: 'a cycle completed 12 s ago, usually every 5 s',
  last_cycle_ns: nsBefore(12),
  usual_interval_ns: 5e9,
  last_heard_ns: nsBefore(3),
  session: null,
  check_ins: [],
  open: open(),
  today: {
    net_usd: '-1.5',
    pnl_usd: '-1',
    fees_usd: '0.5',
    cycles: 3,
    traded: 1,
    errors: 0,
    new_issues: [],
    regressed_issues: [],
  },
  changed: [],
  ...change,
});

export const answer = (agents: AgentSafety[]): Safety => ({
  now_ns: nsBefore(0),
  today_from_ns: nsBefore(14 * 3600),
  verdict: { answer: 'yes', says: 'Yes, as far as is known: 1 agent alive, nothing in flight.', reasons: [] },
  agents,
});
