/** Decisions for tests. */
import { OUTCOMES, type Counts, type TracePage, type TraceSummary } from '../api/types';

export function decision(id: string, second: number, change: Partial<TraceSummary> = {}): TraceSummary {
  return {
    trace_id: id,
    root_span_id: null,
    name: 'agent.decision_cycle',
    agent: 'vol-arb-1',
    service: 'purple-flea-agent',
    strategy: null,
    release: null,
    environment: null,
    start_ns: String(1_795_185_000_000_000_000n + BigInt(second) * 1_000_000_000n),
    duration_ns: 88_000_000,
    outcome: 'skipped',
    status: 'unset',
    reason: null,
    asset: null,
    side: null,
    quantity: null,
    fill_price: null,
    order_id: null,
    order_state: null,
    escrow_id: null,
    amount_usd: null,
    counterparty: null,
    confidence: null,
    slippage_bps: null,
    fee_usd: null,
    pnl_usd: null,
    error_type: null,
    error_message: null,
    lost_answers: 0,
    error_count: 0,
    span_count: 3,
    agents: ['vol-arb-1'],
    stages: [],
    ...change,
  };
}

export function page(traces: TraceSummary[], next_cursor: string | null = null): TracePage {
  const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  return { traces, next_cursor, counts: { ...none, all: traces.length, decisions: traces.length } as Counts };
}
