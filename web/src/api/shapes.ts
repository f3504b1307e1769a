/** The decoders of the hub's answers: types.ts, written out for decode.ts. The compiler keeps the two the same. */
import { array, boolean, integerText, nothing, nullable, number, object, oneOf, string, tagged } from './decode';
import type { Decoder } from './decode';
import type * as api from './types';
import { OUTCOMES } from './types';

const money = string;
const outcome = oneOf(OUTCOMES);
const status = oneOf(['unset', 'ok', 'error']);

/** Counts by outcome; an outcome that the hub leaves out has none. */
function counts<K extends string>(keys: readonly K[]): Decoder<Record<K, number>> {
  return (value) => {
    const found = object<Record<string, number>>({})(value);
    return Object.fromEntries(keys.map((key) => [key, number(found[key] ?? 0)])) as Record<K, number>;
  };
}

const stage = object<api.Stage>({ name: string, start_ns: integerText, duration_ns: number, error: boolean });

export const traceSummary = object<api.TraceSummary>({
  trace_id: string,
  root_span_id: nullable(string),
  name: string,
  agent: string,
  service: string,
  strategy: nullable(string),
  release: nullable(string),
  environment: nullable(string),
  start_ns: integerText,
  duration_ns: number,
  outcome,
  status,
  reason: nullable(string),
  asset: nullable(string),
  side: nullable(oneOf(['buy', 'sell'])),
  quantity: nullable(money),
  fill_price: nullable(money),
  order_id: nullable(string),
  order_state: nullable(string),
  escrow_id: nullable(string),
  amount_usd: nullable(money),
  counterparty: nullable(string),
  confidence: nullable(number),
  slippage_bps: nullable(number),
  fee_usd: nullable(money),
  pnl_usd: nullable(money),
  error_type: nullable(string),
  error_message: nullable(string),
  lost_answers: number,
  error_count: number,
  span_count: number,
  agents: array(string),
  stages: array(stage),
});

const tracePageFields = object<Omit<api.TracePage, 'counts'> & { counts: unknown }>({
  traces: array(traceSummary),
  next_cursor: nullable(string),
  counts: (value) => value,
});
const listCounts = counts([...OUTCOMES, 'all', 'decisions']);
export const tracePage: Decoder<api.TracePage> = (value) => {
  const page = tracePageFields(value);
  return { ...page, counts: listCounts(page.counts) };
};

export const value: Decoder<api.Value> = tagged<api.Value>({
  string,
  bool: boolean,
  int: integerText,
  double: (found) => (typeof found === 'number' ? found : oneOf(['NaN', 'Infinity', '-Infinity'])(found)),
  bytes: string,
  array: (found) => array(value)(found),
  kvlist: (found) => array(attribute)(found),
  empty: nothing,
});
const attribute = object<api.Attribute>({ key: string, value });
const attributes = array(attribute);

const event = object<api.SpanEvent>({
  name: string,
  time_ns: integerText,
  attributes,
  dropped_attributes_count: number,
});
const link = object<api.SpanLink>({ trace_id: string, span_id: string, trace_state: string, attributes });

export const span = object<api.Span>({
  trace_id: string,
  span_id: string,
  parent_span_id: nullable(string),
  name: string,
  kind: oneOf(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']),
  service: string,
  agent: string,
  release: nullable(string),
  start_ns: integerText,
  end_ns: integerText,
  duration_ns: number,
  status,
  status_message: string,
  trace_state: string,
  scope: object<api.Span['scope']>({ name: string, version: string }),
  attributes,
  events: array(event),
  links: array(link),
  resource: number,
  dropped_attributes_count: number,
  dropped_events_count: number,
  dropped_links_count: number,
});

export const traceDetail = object<api.TraceDetail>({
  trace_id: string,
  summary: traceSummary,
  spans: array(span),
  traces: array(string),
  previous: nullable(string),
  next: nullable(string),
  resources: array(attributes),
  shown: number,
  total: number,
});

export const agents: Decoder<{ agents: api.Agent[] }> = object({
  agents: array(
    object<api.Agent>({
      agent: string,
      service: string,
      strategy: nullable(string),
      release: nullable(string),
      environment: nullable(string),
      region: nullable(string),
      services: array(string),
      first_seen_ns: integerText,
      last_seen_ns: integerText,
      last_cycle_ns: nullable(integerText),
      cycles: number,
      traded: number,
      errors: number,
      pnl_usd: money,
      span_count: number,
    }),
  ),
});

const outcomeCounts = counts(OUTCOMES);
const point = object<Omit<api.StatsPoint, 'counts'> & { counts: unknown }>({
  t_ns: integerText,
  counts: (found) => found,
  p50_ns: nullable(number),
  p99_ns: nullable(number),
  pnl_usd: money,
  fees_usd: money,
  slippage_bps: nullable(number),
});
const totals = object<Omit<api.StatsTotals, 'counts'> & { counts: unknown }>({
  cycles: number,
  counts: (found) => found,
  pnl_usd: money,
  fees_usd: money,
  closed: number,
  p50_ns: nullable(number),
  p99_ns: nullable(number),
  median_slippage_bps: nullable(number),
  slippage_cost_usd: money,
  in_flight: number,
  exposed_usd: money,
});
const statsFields = object({
  from_ns: integerText,
  to_ns: integerText,
  step_s: number,
  points: array(point),
  totals,
});
export const stats: Decoder<api.Stats> = (found) => {
  const answer = statsFields(found);
  return {
    ...answer,
    points: answer.points.map((each) => ({ ...each, counts: outcomeCounts(each.counts) })),
    totals: { ...answer.totals, counts: outcomeCounts(answer.totals.counts) },
  };
};

export const hubStatus = object<api.HubStatus>({
  version: string,
  started_ns: integerText,
  store: object<api.HubStatus['store']>({ backend: string, path: string }),
  spans: number,
  spans_per_s: number,
  rejected: number,
  dropped: number,
});

export const commit = object<api.Commit>({
  commits: number,
  spans: number,
  spans_per_s: number,
  rejected: number,
  dropped: number,
});

/** What a `status` event and the status page have in common with a commit. */
export const rates = object<Pick<api.Commit, 'spans_per_s' | 'rejected' | 'dropped'>>({
  spans_per_s: number,
  rejected: number,
  dropped: number,
});
