/** What tests build ledgers from. */
import type { Entry, Ledger, Verified } from './shapes';

export const entryOf = (attributes: Record<string, string>, fields: Partial<Entry> = {}): Entry => ({
  index: 0,
  kind: 'intent',
  id: '01',
  ref: null,
  op: 'trading.order',
  at_ns: '1796000000000000000',
  agent: 'vol-arb-1',
  strategy: null,
  release: null,
  environment: null,
  trace_id: null,
  span_id: null,
  attributes,
  committed: [],
  problem: null,
  ...fields,
});

export const WHOLE: Verified = {
  at_ns: '1796000000000000000',
  took_ns: 1_000_000,
  result: 'whole',
  signed: true,
  size: 300,
  first_bad: null,
  cosigned: null,
  newer: 0,
  problems: [],
  why: null,
};

export const ledgerOf = (ledger: string, verified: Verified | null): Ledger => ({
  ledger,
  agent: ledger,
  origin: `fleaglass.ledger/${ledger}`,
  size: 300,
  root: null,
  kinds: {},
  last_ns: null,
  open: 0,
  read: 300,
  problem: null,
  verified,
});
