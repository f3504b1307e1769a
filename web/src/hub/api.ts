/** How full the hub is, and whom it turned away. */
import { get } from '../api/client';
import { array, boolean, integerText, nullable, number, object, oneOf, string } from '../api/decode';

export const REASONS = ['busy', 'quota', 'unavailable', 'malformed', 'too_large', 'encoding', 'not_allowed'] as const;
export type Reason = (typeof REASONS)[number];
export const KINDS = ['traces', 'logs', 'metrics', 'envelopes'] as const;
export type Kind = (typeof KINDS)[number];

export interface Refused {
  /** Empty where a request does not say; `others` for those refused least, together. */
  agent: string;
  kind: Kind;
  reason: Reason;
  comes_again: boolean;
  requests: number;
  last_ns: string;
}

export interface Pressure {
  since_ns: string;
  waiting: number;
  waiting_bytes: number;
  most_bytes: number;
  commits: number;
  commit_ms: number | null;
  refusals: Refused[];
}

export const pressure = object<Pressure>({
  since_ns: integerText,
  waiting: number,
  waiting_bytes: number,
  most_bytes: number,
  commits: number,
  commit_ms: nullable(number),
  refusals: array(
    object<Refused>({
      agent: string,
      kind: oneOf(KINDS),
      reason: oneOf(REASONS),
      comes_again: boolean,
      requests: number,
      last_ns: integerText,
    }),
  ),
});

export const fetchPressure = (signal?: AbortSignal): Promise<Pressure> => get('/api/v1/refusals', pressure, signal);
