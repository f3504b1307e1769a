/**
 * The hub's HTTP API, as the browser sees it. Times (`*_ns`) are decimal strings of Unix nanoseconds because they lie
 * beyond 2^53; durations (`duration_ns`) are numbers; money and quantities are decimal strings; absent is null.
 */

export const OUTCOMES = [
  'traded',
  'skipped',
  'rejected',
  'failed',
  'flight',
  'interrupted',
  'unknown',
  'completed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Status = 'unset' | 'ok' | 'error';
export type Side = 'buy' | 'sell';
/** Of `all`, `decisions` are decisions; the others are jobs, markers, single reads and what other programs sent. */
export type Counts = Record<Outcome | 'all' | 'decisions', number>;

export interface Stage {
  name: string;
  start_ns: string;
  duration_ns: number;
  error: boolean;
}

export interface TraceSummary {
  trace_id: string;
  root_span_id: string | null;
  name: string;
  agent: string;
  service: string;
  strategy: string | null;
  release: string | null;
  environment: string | null;
  start_ns: string;
  duration_ns: number;
  outcome: Outcome;
  status: Status;
  /** Why it was skipped, rejected or failed, short; what a marker changed; a job's name. */
  reason: string | null;
  asset: string | null;
  side: Side | null;
  quantity: string | null;
  fill_price: string | null;
  order_id: string | null;
  order_state: string | null;
  escrow_id: string | null;
  amount_usd: string | null;
  counterparty: string | null;
  confidence: number | null;
  slippage_bps: number | null;
  fee_usd: string | null;
  pnl_usd: string | null;
  error_type: string | null;
  error_message: string | null;
  /** Requests whose answer was lost, and that were then looked for at the venue. */
  lost_answers: number;
  error_count: number;
  span_count: number;
  /** All agents with a span in this trace. */
  agents: string[];
  /** Direct children of the root in order of time, at most eight. */
  stages: Stage[];
}

export interface TracePage {
  /** Newest first. */
  traces: TraceSummary[];
  next_cursor: string | null;
  /** For the same filters, but regardless of `outcome` and `cursor`. */
  counts: Counts;
}

export type Value =
  | { type: 'string'; value: string }
  | { type: 'bool'; value: boolean }
  /** int64: a decimal string, because it may lie beyond 2^53. */
  | { type: 'int'; value: string }
  | { type: 'double'; value: number | 'NaN' | 'Infinity' | '-Infinity' }
  /** base64 */
  | { type: 'bytes'; value: string }
  | { type: 'array'; value: Value[] }
  | { type: 'kvlist'; value: Attribute[] }
  | { type: 'empty'; value: null };

export interface Attribute {
  key: string;
  value: Value;
}

export interface SpanEvent {
  name: string;
  time_ns: string;
  attributes: Attribute[];
  dropped_attributes_count: number;
}

export interface SpanLink {
  trace_id: string;
  span_id: string;
  trace_state: string;
  attributes: Attribute[];
}

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface Span {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  kind: SpanKind;
  service: string;
  agent: string;
  release: string | null;
  start_ns: string;
  end_ns: string;
  duration_ns: number;
  status: Status;
  status_message: string;
  trace_state: string;
  scope: { name: string; version: string };
  attributes: Attribute[];
  events: SpanEvent[];
  links: SpanLink[];
  /** Index into TraceDetail.resources. */
  resource: number;
  dropped_attributes_count: number;
  dropped_events_count: number;
  dropped_links_count: number;
}

export interface TraceDetail {
  trace_id: string;
  summary: TraceSummary;
  /** Of this trace and of every trace of its story, by start time. */
  spans: Span[];
  /** The trace ids included, this one first. */
  traces: string[];
  /** The trace of what the agent decided before, and of what it decided after. */
  previous: string | null;
  next: string | null;
  resources: Attribute[][];
  shown: number;
  total: number;
}

export interface Agent {
  agent: string;
  service: string;
  strategy: string | null;
  release: string | null;
  environment: string | null;
  region: string | null;
  services: string[];
  first_seen_ns: string;
  last_seen_ns: string;
  last_cycle_ns: string | null;
  cycles: number;
  traded: number;
  errors: number;
  pnl_usd: string;
  span_count: number;
}

export interface StatsPoint {
  t_ns: string;
  counts: Record<Outcome, number>;
  /** Of `pf.trade.execute`. */
  p50_ns: number | null;
  p99_ns: number | null;
  pnl_usd: string;
  fees_usd: string;
  slippage_bps: number | null;
}

export interface StatsTotals {
  cycles: number;
  counts: Record<Outcome, number>;
  pnl_usd: string;
  fees_usd: string;
  closed: number;
  p50_ns: number | null;
  p99_ns: number | null;
  median_slippage_bps: number | null;
  slippage_cost_usd: string;
  in_flight: number;
  exposed_usd: string;
}

export interface Stats {
  from_ns: string;
  to_ns: string;
  step_s: number;
  points: StatsPoint[];
  totals: StatsTotals;
}

export interface HubStatus {
  version: string;
  started_ns: string;
  store: { backend: string; path: string };
  spans: number;
  spans_per_s: number;
  rejected: number;
  dropped: number;
}

/** One server-sent `commit`: what was written since the last one. */
export interface Commit {
  commits: number;
  spans: number;
  spans_per_s: number;
  rejected: number;
  dropped: number;
}
