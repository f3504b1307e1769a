/** Spans for tests: say only what matters, the rest is plausible. */
import type { Attribute, Span, TraceDetail, TraceSummary, Value } from '../api/types';
import type { TraceModel } from './model';
import { TraceStore } from './store';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
/** 2026-11-20T14:32:03Z; beyond 2^53, as real times are. */
export const EPOCH_NS = 1_795_185_123_000_000_000n;

export type SpanSketch = Partial<Omit<Span, 'start_ns' | 'end_ns' | 'span_id' | 'parent_span_id'>> & {
  /** Short: padded to sixteen digits. */
  id: string;
  parent?: string;
  /** Milliseconds from the epoch of the tests. */
  from: number;
  /** null: not received. */
  to: number | null;
};

export const idOf = (short: string): string => short.padStart(16, '0');
const unix = (ms: number): string => (EPOCH_NS + BigInt(Math.round(ms * 1e6))).toString();

export const attr = (key: string, type: Value['type'], value: unknown): Attribute => ({ key, value: { type, value } as Value });

export function span({ id, parent, from, to, ...rest }: SpanSketch): Span {
  return {
    trace_id: TRACE,
    span_id: idOf(id),
    parent_span_id: parent === undefined ? null : idOf(parent),
    name: `span ${id}`,
    kind: 'internal',
    service: 'purple-flea-agent',
    agent: 'alpha',
    release: null,
    start_ns: unix(from),
    end_ns: to === null ? '0' : unix(to),
    duration_ns: to === null ? 0 : Math.round((to - from) * 1e6),
    status: 'unset',
    status_message: '',
    trace_state: '',
    scope: { name: 'test', version: '1' },
    attributes: [],
    events: [],
    links: [],
    resource: 0,
    dropped_attributes_count: 0,
    dropped_events_count: 0,
    dropped_links_count: 0,
    ...rest,
  };
}

export function summary(change: Partial<TraceSummary> = {}): TraceSummary {
  return {
    trace_id: TRACE,
    root_span_id: null,
    name: 'agent.decision_cycle',
    agent: 'alpha',
    service: 'purple-flea-agent',
    strategy: null,
    release: null,
    environment: null,
    start_ns: unix(0),
    duration_ns: 0,
    outcome: 'completed',
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
    span_count: 0,
    agents: [],
    stages: [],
    ...change,
  };
}

export function detail(spans: Span[], change: Partial<TraceDetail> = {}): TraceDetail {
  return {
    trace_id: TRACE,
    summary: summary(),
    spans,
    traces: [TRACE],
    previous: null,
    next: null,
    resources: [[attr('pf.agent_id', 'string', 'alpha')], [attr('service.name', 'string', 'purple-flea')]],
    shown: spans.length,
    total: spans.length,
    ...change,
  };
}

export const storeOf = (trace: TraceDetail): TraceStore => new TraceStore(new TextEncoder().encode(JSON.stringify(trace)));

/** The model as it is seen `nowMs` after the epoch of the tests. */
export function modelOf(sketches: SpanSketch[], change: Partial<TraceDetail> = {}, nowMs = 0): TraceModel {
  return storeOf(detail(sketches.map(span), change)).open(unix(nowMs)).model;
}

/** Names of the rows, indented by depth, one lane header per lane: the waterfall as text. */
export function drawn(model: TraceModel): string[] {
  return model.lanes.flatMap((lane) => {
    const rows = Array.from({ length: lane.end - lane.first }, (_, at) => lane.first + at);
    return [`# ${lane.agent}`, ...rows.map((row) => '  '.repeat(model.depth[row]) + model.strings[model.name[row]])];
  });
}
