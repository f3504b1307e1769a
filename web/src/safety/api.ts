/** `/api/v1/safety`: its shape, checked, and the question. */
import { get } from '../api/client';
import { array, boolean, integerText, nullable, number, object, oneOf, string } from '../api/decode';
import type { Zone } from '../time';

export const ANSWERS = ['yes', 'unsure', 'no', 'unknown'] as const;
export type Answer = (typeof ANSWERS)[number];

export const ALIVE = ['alive', 'late', 'silent', 'ended', 'unknown'] as const;
export type Alive = (typeof ALIVE)[number];

/** Of money that is out: answer lost; none yet; accepted and not filled; in escrow. */
export const FATES = ['unknown', 'in_flight', 'waiting', 'held'] as const;
export type Fate = (typeof FATES)[number];

export interface Reason {
  severity: 'danger' | 'doubt';
  kind: string;
  agent: string;
  says: string;
  at_risk_usd: string;
  since_ns: string | null;
  /** The name of the ledger that it is about, where the hub can read that. */
  ledger: string | null;
}

export interface Session {
  status: 'ok' | 'exited' | 'crashed' | 'abnormal';
  started_ns: string;
  seen_ns: string;
  errors: number;
  /** The hub concluded the status: nothing was heard. */
  inferred: boolean;
}

export interface CheckIn {
  slug: string;
  environment: string;
  status: 'active' | 'ok' | 'error';
  last_ns: string | null;
  next_latest_ns: string | null;
  muted: boolean;
  /** The one by which the agent says that it decides. */
  alive: boolean;
}

export interface Tally {
  count: number;
  usd: string;
  /** Those without a known amount, which `usd` leaves out. */
  unpriced: number;
  oldest_ns: string | null;
}

export interface Thing {
  kind: 'order' | 'escrow';
  fate: Fate;
  id: string | null;
  usd: string | null;
  since_ns: string;
  trace_id: string;
}

export interface Position {
  asset: string;
  quantity: string;
  price_usd: string | null;
  value_usd: string | null;
  since_ns: string;
  trace_id: string;
}

export type Open = Record<Fate, Tally> & { things: Thing[]; positions: Position[] };

export interface Today {
  net_usd: string;
  pnl_usd: string;
  fees_usd: string;
  cycles: number;
  traded: number;
  errors: number;
  new_issues: number[];
  regressed_issues: number[];
}

export interface Change {
  kind: string;
  at_ns: string;
  says: string;
  trace_id: string | null;
}

export interface AgentSafety {
  agent: string;
  strategy: string | null;
  release: string | null;
  environment: string | null;
  alive: Alive;
  reason: string;
  last_cycle_ns: string | null;
  /** Nanoseconds. */
  usual_interval_ns: number | null;
  last_heard_ns: string | null;
  session: Session | null;
  check_ins: CheckIn[];
  open: Open;
  today: Today;
  changed: Change[];
}

export interface Safety {
  now_ns: string;
  today_from_ns: string;
  verdict: { answer: Answer; says: string; reasons: Reason[] };
  agents: AgentSafety[];
}

const tally = object<Tally>({ count: number, usd: string, unpriced: number, oldest_ns: nullable(integerText) });

const open = object<Open>({
  unknown: tally,
  in_flight: tally,
  waiting: tally,
  held: tally,
  things: array(
    object<Thing>({
      kind: oneOf(['order', 'escrow']),
      fate: oneOf(FATES),
      id: nullable(string),
      usd: nullable(string),
      since_ns: integerText,
      trace_id: string,
    }),
  ),
  positions: array(
    object<Position>({
      asset: string,
      quantity: string,
      price_usd: nullable(string),
      value_usd: nullable(string),
      since_ns: integerText,
      trace_id: string,
    }),
  ),
});

const agent = object<AgentSafety>({
  agent: string,
  strategy: nullable(string),
  release: nullable(string),
  environment: nullable(string),
  alive: oneOf(ALIVE),
  reason: string,
  last_cycle_ns: nullable(integerText),
  usual_interval_ns: nullable(number),
  last_heard_ns: nullable(integerText),
  session: nullable(
    object<Session>({
      status: oneOf(['ok', 'exited', 'crashed', 'abnormal']),
      started_ns: integerText,
      seen_ns: integerText,
      errors: number,
      inferred: boolean,
    }),
  ),
  check_ins: array(
    object<CheckIn>({
      slug: string,
      environment: string,
      status: oneOf(['active', 'ok', 'error']),
      last_ns: nullable(integerText),
      next_latest_ns: nullable(integerText),
      muted: boolean,
      alive: boolean,
    }),
  ),
  open,
  today: object<Today>({
    net_usd: string,
    pnl_usd: string,
    fees_usd: string,
    cycles: number,
    traded: number,
    errors: number,
    new_issues: array(number),
    regressed_issues: array(number),
  }),
  changed: array(
    object<Change>({ kind: string, at_ns: integerText, says: string, trace_id: nullable(string) }),
  ),
});

export const safety = object<Safety>({
  now_ns: integerText,
  today_from_ns: integerText,
  verdict: object<Safety['verdict']>({
    answer: oneOf(ANSWERS),
    says: string,
    reasons: array(
      object<Reason>({
        severity: oneOf(['danger', 'doubt']),
        kind: string,
        agent: string,
        says: string,
        at_risk_usd: string,
        since_ns: nullable(integerText),
        ledger: nullable(string),
      }),
    ),
  }),
  agents: array(agent),
});

/** The name of the zone in which today began, as the hub takes it. */
const zoneOf = (zone: Zone): string => (zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone);

export const fetchSafety = (zone: Zone, signal?: AbortSignal): Promise<Safety> =>
  get(`/api/v1/safety?${new URLSearchParams({ tz: zoneOf(zone) }).toString()}`, safety, signal);
