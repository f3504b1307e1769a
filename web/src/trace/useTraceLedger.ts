/** Which spans of the story on the screen are in a ledger, checked by the hub when it is asked. */
import { useMemo } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { fetchLedgerSpans } from '../ledger/api';
import type { LedgerSpan } from '../ledger/shapes';
import { ledgerRows } from './ledger';
import type { TraceModel } from './model';

const EVERY_MS = 5_000;

/** By row. */
export function useTraceLedger(model: TraceModel): ReadonlyMap<number, LedgerSpan> {
  const { traces } = model;
  const { data, refresh } = useQuery(`ledger ${traces.join()}`, (signal) => fetchLedgerSpans(traces, signal), { keep: true });
  useCommits(refresh, EVERY_MS);
  return useMemo(() => ledgerRows(model, data?.spans ?? []), [model, data]);
}
