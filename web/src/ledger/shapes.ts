/** What the hub says of agents' ledgers, checked. */
import { array, boolean, integerText, nullable, number, object, oneOf, record, string, DecodeError, type Decoder } from '../api/decode';

export const RESULTS = ['whole', 'tampered', 'unusable'] as const;
export type Result = (typeof RESULTS)[number];

/** Where a span's claim stands, as in the API. */
export const CLAIM_STATES = ['in', 'differs', 'waiting', 'broken', 'no_log'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export interface Problem {
  /** The first entry that it is about. */
  index: number | null;
  where: string;
  what: string;
}

export interface Verified {
  at_ns: string;
  took_ns: number;
  result: Result;
  /** The signature was checked too. */
  signed: boolean;
  size: number;
  first_bad: number | null;
  /** So many entries the hub had cosigned as a witness. */
  cosigned: number | null;
  newer: number;
  problems: Problem[];
  why: string | null;
}

/** Why somebody should look at a ledger. */
export interface Trouble {
  severity: 'danger' | 'doubt';
  kind: string;
  agent: string;
  /** Its name here; null where the hub has only heard of it as a witness. */
  ledger: string | null;
  says: string;
  since_ns: string;
}

export interface Ledger {
  /** Its name here: that of its folder. */
  ledger: string;
  agent: string | null;
  origin: string | null;
  size: number | null;
  root: string | null;
  kinds: Record<string, unknown>;
  last_ns: string | null;
  open: number;
  read: number;
  problem: string | null;
  verified: Verified | null;
}

export interface Ledgers {
  ledgers: Ledger[];
  folders: string[];
}

export interface Entry {
  index: number;
  kind: string;
  id: string | null;
  ref: string | null;
  op: string | null;
  at_ns: string | null;
  agent: string | null;
  strategy: string | null;
  release: string | null;
  environment: string | null;
  trace_id: string | null;
  span_id: string | null;
  attributes: Record<string, string>;
  committed: string[];
  problem: string | null;
}

export interface OpenIntent {
  entry: Entry;
  /** An outcome says that the answer was lost. */
  lost: boolean;
}

export interface LedgerAnswer {
  ledger: Ledger;
  open: OpenIntent[];
}

export interface EntryPage {
  entries: Entry[];
  size: number;
  next_before: number | null;
}

export interface EntryAnswer {
  ledger: string;
  entry: Entry;
  raw: string;
  leaf_hash: string | null;
  checked_ns: string;
  proved: boolean;
  signed: boolean;
  size: number;
  steps: number;
  problem: string | null;
  related: Entry[];
}

export interface Finding {
  verdict: string;
  agent: string;
  what: string;
  entries: number[];
  ids: string[];
  at_ns: string | null;
  why: string;
  differences: { field: string; ours: string; venues: string }[];
}

/** What comparing with the venue gave, as somebody saved it. */
export interface Report {
  name: string;
  problem: string | null;
  at_ns: string | null;
  venue: string;
  clean: boolean;
  counts: Record<string, unknown>;
  findings: Finding[];
  left_out: number;
  troubles: string[];
}

export interface LedgerSpan {
  trace_id: string;
  span_id: string;
  origin: string;
  index: number;
  leaf_hash: string;
  ledger: string | null;
  state: ClaimState;
  says: string;
  signed: boolean;
}

export interface LedgerSpans {
  checked_ns: string;
  spans: LedgerSpan[];
}

/** The hub as a witness: up to which entry it has seen a log, and what did not fit. */
export interface Witnessed {
  origin: string;
  newest: { size: number; last_ns: string } | null;
  alarms: number;
}

const texts: Decoder<Record<string, string>> = (value) => {
  for (const [name, each] of Object.entries(record(value))) {
    if (typeof each !== 'string') throw new DecodeError('a string', each, name);
  }
  return value as Record<string, string>;
};

const verified = object<Verified>({
  at_ns: integerText,
  took_ns: number,
  result: oneOf(RESULTS),
  signed: boolean,
  size: number,
  first_bad: nullable(number),
  cosigned: nullable(number),
  newer: number,
  problems: array(object<Problem>({ index: nullable(number), where: string, what: string })),
  why: nullable(string),
});

const ledger = object<Ledger>({
  ledger: string,
  agent: nullable(string),
  origin: nullable(string),
  size: nullable(number),
  root: nullable(string),
  kinds: record,
  last_ns: nullable(integerText),
  open: number,
  read: number,
  problem: nullable(string),
  verified: nullable(verified),
});

const entry = object<Entry>({
  index: number,
  kind: string,
  id: nullable(string),
  ref: nullable(string),
  op: nullable(string),
  at_ns: nullable(integerText),
  agent: nullable(string),
  strategy: nullable(string),
  release: nullable(string),
  environment: nullable(string),
  trace_id: nullable(string),
  span_id: nullable(string),
  attributes: texts,
  committed: array(string),
  problem: nullable(string),
});

export const troubles = object<{ troubles: Trouble[] }>({
  troubles: array(
    object<Trouble>({
      severity: oneOf(['danger', 'doubt']),
      kind: string,
      agent: string,
      ledger: nullable(string),
      says: string,
      since_ns: integerText,
    }),
  ),
});

export const ledgers = object<Ledgers>({ ledgers: array(ledger), folders: array(string) });

export const ledgerAnswer = object<LedgerAnswer>({
  ledger,
  open: array(object<OpenIntent>({ entry, lost: boolean })),
});

export const entryPage = object<EntryPage>({ entries: array(entry), size: number, next_before: nullable(number) });

export const entryAnswer = object<EntryAnswer>({
  ledger: string,
  entry,
  raw: string,
  leaf_hash: nullable(string),
  checked_ns: integerText,
  proved: boolean,
  signed: boolean,
  size: number,
  steps: number,
  problem: nullable(string),
  related: array(entry),
});

export const reports = object<{ reports: Report[] }>({
  reports: array(
    object<Report>({
      name: string,
      problem: nullable(string),
      at_ns: nullable(integerText),
      venue: string,
      clean: boolean,
      counts: record,
      findings: array(
        object<Finding>({
          verdict: string,
          agent: string,
          what: string,
          entries: array(number),
          ids: array(string),
          at_ns: nullable(integerText),
          why: string,
          differences: array(
            object<Finding['differences'][number]>({ field: string, ours: string, venues: string }),
          ),
        }),
      ),
      left_out: number,
      troubles: array(string),
    }),
  ),
});

export const ledgerSpans = object<LedgerSpans>({
  checked_ns: integerText,
  spans: array(
    object<LedgerSpan>({
      trace_id: string,
      span_id: string,
      origin: string,
      index: number,
      leaf_hash: string,
      ledger: nullable(string),
      state: oneOf(CLAIM_STATES),
      says: string,
      signed: boolean,
    }),
  ),
});

export const witness = object<{ logs: Witnessed[] }>({
  logs: array(
    object<Witnessed>({
      origin: string,
      newest: nullable(object<{ size: number; last_ns: string }>({ size: number, last_ns: integerText })),
      alarms: number,
    }),
  ),
});
