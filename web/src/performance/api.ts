/** `/api/v1/performance` and `/api/v1/performance/time`: their shapes, checked, and the two questions. */
import { get } from '../api/client';
import { array, integerText, nullable, number, object, oneOf, string, type Decoder } from '../api/decode';

export interface Drawdown {
  usd: string;
  /** Of the highest point; null when that was zero. */
  fraction: number | null;
  from_ns: string;
  to_ns: string;
}

/** `net = expected - slippage cost - fees`, exactly. */
export interface Figures {
  net_usd: string;
  pnl_usd: string;
  fees_usd: string;
  slippage_cost_usd: string;
  expected_usd: string;
  closed: number;
  bets: number;
  won: number;
  lost: number;
  win_rate: number | null;
  orders: number;
  filled: number;
  partly_filled: number;
  refused: number;
  in_doubt: number;
  fill_rate: number | null;
  slipped: number;
  slippage_mean_bps: number | null;
  slippage_p95_bps: number | null;
  drawdown: Drawdown | null;
  cycles: number;
  /** The net result up to the end of each step. */
  equity_usd: string[];
  /** The deepest fall within each step. */
  drawdown_usd: string[];
}

export interface Group extends Figures {
  /** Null: whatever does not say to which group it belongs. */
  key: string | null;
}

export interface Others extends Figures {
  groups: number;
}

export interface Performance {
  from_ns: string;
  to_ns: string;
  by: string;
  step_s: number;
  steps: string[];
  total: Figures;
  groups: Group[];
  others: Others | null;
}

export const STAGES = ['balance', 'venue', 'signal', 'risk', 'order', 'confirmation', 'other', 'self'] as const;
export type StageName = (typeof STAGES)[number];

export interface Stage {
  stage: StageName;
  total_ns: number;
  share: number;
  cycles: number;
  p50_ns: number | null;
  p95_ns: number | null;
}

export interface SlowCycle {
  trace_id: string;
  start_ns: string;
  duration_ns: number;
  stages: Partial<Record<StageName, number>>;
}

export interface TimeGroup {
  /** Null for all groups that are not told apart, taken together. */
  agent: string | null;
  release: string | null;
  groups: number;
  cycles: number;
  total_ns: number;
  p50_ns: number;
  p95_ns: number;
  stages: Stage[];
  slowest: SlowCycle[];
}

export interface TimeShares {
  from_ns: string;
  to_ns: string;
  total: TimeGroup | null;
  groups: TimeGroup[];
}

const figures = {
  net_usd: string,
  pnl_usd: string,
  fees_usd: string,
  slippage_cost_usd: string,
  expected_usd: string,
  closed: number,
  bets: number,
  won: number,
  lost: number,
  win_rate: nullable(number),
  orders: number,
  filled: number,
  partly_filled: number,
  refused: number,
  in_doubt: number,
  fill_rate: nullable(number),
  slipped: number,
  slippage_mean_bps: nullable(number),
  slippage_p95_bps: nullable(number),
  drawdown: nullable(
    object<Drawdown>({ usd: string, fraction: nullable(number), from_ns: integerText, to_ns: integerText }),
  ),
  cycles: number,
  equity_usd: array(string),
  drawdown_usd: array(string),
};

export const performance = object<Performance>({
  from_ns: integerText,
  to_ns: integerText,
  by: string,
  step_s: number,
  steps: array(integerText),
  total: object<Figures>(figures),
  groups: array(object<Group>({ key: nullable(string), ...figures })),
  others: nullable(object<Others>({ groups: number, ...figures })),
});

/** A stage that a cycle did not go through is left out. */
const spent: Decoder<SlowCycle['stages']> = (value) => {
  const found = object<Record<string, unknown>>({})(value);
  return Object.fromEntries(STAGES.flatMap((stage) => (stage in found ? [[stage, number(found[stage])]] : [])));
};

const timeGroup = object<TimeGroup>({
  agent: nullable(string),
  release: nullable(string),
  groups: number,
  cycles: number,
  total_ns: number,
  p50_ns: number,
  p95_ns: number,
  stages: array(
    object<Stage>({
      stage: oneOf(STAGES),
      total_ns: number,
      share: number,
      cycles: number,
      p50_ns: nullable(number),
      p95_ns: nullable(number),
    }),
  ),
  slowest: array(
    object<SlowCycle>({ trace_id: string, start_ns: integerText, duration_ns: number, stages: spent }),
  ),
});

export const timeShares = object<TimeShares>({
  from_ns: integerText,
  to_ns: integerText,
  total: nullable(timeGroup),
  groups: array(timeGroup),
});

export const fetchPerformance = (query: URLSearchParams, signal?: AbortSignal): Promise<Performance> =>
  get(`/api/v1/performance?${query.toString()}`, performance, signal);

export const fetchTimeShares = (query: URLSearchParams, signal?: AbortSignal): Promise<TimeShares> =>
  get(`/api/v1/performance/time?${query.toString()}`, timeShares, signal);
