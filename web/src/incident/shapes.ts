/** What the hub answers about one incident, and the decoders that check it. */
import { array, boolean, integerText, nullable, number, object, oneOf, string } from '../api/decode';
import { traceSummary } from '../api/shapes';
import type { TraceSummary } from '../api/types';
import { incident, UNITS, type Incident, type Unit } from '../incidents/shapes';
import { issueLink, type IssueLink } from '../issues/shapes';

export interface Activity {
  id: number;
  at_ns: string;
  kind: string;
  actor: string | null;
  text: string;
}

export const MESSAGE_STATUSES = ['waiting', 'sent', 'dead', 'dropped'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** A message to a receiver. */
export interface Message {
  id: number;
  receiver: string;
  action: string;
  status: MessageStatus;
  firing: number[];
  resolved: number[];
  is_test: boolean;
  attempts: number;
  next_ns: string | null;
  created_ns: string;
  done_ns: string | null;
  problem: string | null;
}

export interface Breadcrumb {
  at_ns: string;
  name: string;
  says: string;
}

export interface Evidence {
  traces: TraceSummary[];
  missing_traces: string[];
  orders: string[];
  escrows: string[];
  assets: string[];
  errors: string[];
  issues: IssueLink[];
  breadcrumbs: Breadcrumb[];
}

export interface IncidentDetail {
  incident: Incident;
  rule_words: string | null;
  rule_summary: string;
  runbook: string;
  activity: Activity[];
  notifications: Message[];
  others: Incident[];
  evidence: Evidence;
}

export interface ChartPoint {
  t_ns: string;
  value: number | null;
}

export interface Chart {
  from_ns: string;
  to_ns: string;
  step_s: number;
  unit: Unit;
  what: string | null;
  threshold: number | null;
  resolve_at: number | null;
  /** The worse limit, beyond which it is critical. */
  critical_at: number | null;
  beyond: 'above' | 'below';
  began_ns: string;
  fired_ns: string;
  resolved_ns: string | null;
  points: ChartPoint[];
  /** Why there is nothing to draw; null where there is. */
  no_course: string | null;
}

export const message = object<Message>({
  id: number,
  receiver: string,
  action: string,
  status: oneOf(MESSAGE_STATUSES),
  firing: array(number),
  resolved: array(number),
  is_test: boolean,
  attempts: number,
  next_ns: nullable(integerText),
  created_ns: integerText,
  done_ns: nullable(integerText),
  problem: nullable(string),
});

export const incidentDetail = object<IncidentDetail>({
  incident,
  rule_words: nullable(string),
  rule_summary: string,
  runbook: string,
  activity: array(object<Activity>({ id: number, at_ns: integerText, kind: string, actor: nullable(string), text: string })),
  notifications: array(message),
  others: array(incident),
  evidence: object<Evidence>({
    traces: array(traceSummary),
    missing_traces: array(string),
    orders: array(string),
    escrows: array(string),
    assets: array(string),
    errors: array(string),
    issues: array(issueLink),
    breadcrumbs: array(object<Breadcrumb>({ at_ns: integerText, name: string, says: string })),
  }),
});

export const chart = object<Chart>({
  from_ns: integerText,
  to_ns: integerText,
  step_s: number,
  unit: oneOf(UNITS),
  what: nullable(string),
  threshold: nullable(number),
  resolve_at: nullable(number),
  critical_at: nullable(number),
  beyond: oneOf(['above', 'below']),
  began_ns: integerText,
  fired_ns: integerText,
  resolved_ns: nullable(integerText),
  points: array(object<ChartPoint>({ t_ns: integerText, value: nullable(number) })),
  no_course: nullable(string),
});
