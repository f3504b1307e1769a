/** Trying a rule: when it would have fired, and whether a message arrives; asked of the hub, and checked. */
import { send } from '../api/client';
import { array, integerText, nullable, number, object, oneOf, record, string } from '../api/decode';
import { UNITS, type Unit } from '../incidents/shapes';

export const JUDGED_BY = ['spans', 'earnings', 'incidents'] as const;
export type JudgedBy = (typeof JUDGED_BY)[number];

/** What would have been an incident. */
export interface Episode {
  /** Label → value. */
  group: Record<string, unknown>;
  began_ns: string;
  fired_ns: string;
  /** When it would have become critical. */
  escalated_ns: string | null;
  resolved_ns: string | null;
  worst: number | null;
  summary: string;
  trace_ids: string[];
}

export interface Replay {
  rule: string;
  words: string;
  unit: Unit;
  threshold: number | null;
  judged_by: JudgedBy;
  from_ns: string;
  to_ns: string;
  /** How far it got, and why not to the end. */
  until_ns: string;
  stopped: string | null;
  step_s: number;
  rows: number;
  took_s: number;
  /** All episodes; of many only the latest are told. */
  count: number;
  episodes: Episode[];
  messages: number;
}

export interface Verdict {
  receiver: string;
  /** Why it did not take the message; null when it did. */
  problem: string | null;
}

const replay = object<Replay>({
  rule: string,
  words: string,
  unit: oneOf(UNITS),
  threshold: nullable(number),
  judged_by: oneOf(JUDGED_BY),
  from_ns: integerText,
  to_ns: integerText,
  until_ns: integerText,
  stopped: nullable(string),
  step_s: number,
  rows: number,
  took_s: number,
  count: number,
  episodes: array(
    object<Episode>({
      group: record,
      began_ns: integerText,
      fired_ns: integerText,
      escalated_ns: nullable(integerText),
      resolved_ns: nullable(integerText),
      worst: nullable(number),
      summary: string,
      trace_ids: array(string),
    }),
  ),
  messages: number,
});

const fired = object<{ rule: string; verdicts: Verdict[] }>({
  rule: string,
  verdicts: array(object<Verdict>({ receiver: string, problem: nullable(string) })),
});

const path = (rule: string): string => `/api/v1/alerts/rules/${encodeURIComponent(rule)}`;

export const replayRule = (rule: string): Promise<Replay> => send('POST', `${path(rule)}/replay`, { since: '7d' }, replay);

export const fireTest = async (rule: string): Promise<Verdict[]> => (await send('POST', `${path(rule)}/fire`, {}, fired)).verdicts;
