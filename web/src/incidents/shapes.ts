/** What the hub answers about incidents, and the decoders that check it. */
import { array, boolean, integerText, nullable, number, object, oneOf, record, string, type Decoder } from '../api/decode';

/** The worst first. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const UNITS = ['ms', 'ratio', 'count', 'usd', 's', 'times'] as const;
export type Unit = (typeof UNITS)[number];

export interface Told {
  receiver: string;
  at_ns: string;
  times: number;
}

/** That it became critical, from what, and why. */
export interface Escalated {
  at_ns: string;
  from: Severity;
  why: string;
}

export interface Incident {
  id: number;
  rule: string;
  kind: string;
  /** As it is now. */
  severity: Severity;
  escalated: Escalated | null;
  status: 'open' | 'resolved';
  labels: Record<string, unknown>;
  agent: string | null;
  summary: string;
  value: number | null;
  worst: number | null;
  threshold: number | null;
  unit: Unit;
  began_ns: string;
  fired_ns: string;
  resolved_ns: string | null;
  resolved_by: string | null;
  acknowledged_ns: string | null;
  acknowledged_by: string | null;
  muted_until_ns: string | null;
  muted: boolean;
  told: Told[];
}

export interface IncidentPage {
  incidents: Incident[];
  next_cursor: string | null;
  counts: Record<'all' | 'open' | 'resolved', number>;
  severities: Record<Severity, number>;
}

export const severity = oneOf(SEVERITIES);
const optionalTime = nullable(integerText);
const figure = nullable(number);

export const incident: Decoder<Incident> = object<Incident>({
  id: number,
  rule: string,
  kind: string,
  severity,
  escalated: nullable(object<Escalated>({ at_ns: integerText, from: severity, why: string })),
  status: oneOf(['open', 'resolved']),
  labels: record,
  agent: nullable(string),
  summary: string,
  value: figure,
  worst: figure,
  threshold: figure,
  unit: oneOf(UNITS),
  began_ns: integerText,
  fired_ns: integerText,
  resolved_ns: optionalTime,
  resolved_by: nullable(string),
  acknowledged_ns: optionalTime,
  acknowledged_by: nullable(string),
  muted_until_ns: optionalTime,
  muted: boolean,
  told: array(object<Told>({ receiver: string, at_ns: integerText, times: number })),
});

export const incidentPage: Decoder<IncidentPage> = object<IncidentPage>({
  incidents: array(incident),
  next_cursor: nullable(string),
  counts: object<IncidentPage['counts']>({ all: number, open: number, resolved: number }),
  severities: object<IncidentPage['severities']>({ critical: number, error: number, warning: number, info: number }),
});
