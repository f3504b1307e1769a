/** What ledgers say of the spans on the screen, by the row that each is in. */
import type { LedgerSpan } from '../ledger/shapes';
import { rowOfSpan, type TraceModel } from './model';

export function ledgerRows(model: TraceModel, spans: readonly LedgerSpan[]): Map<number, LedgerSpan> {
  const rows = spans.map((span): [number, LedgerSpan] => [rowOfSpan(model, span.span_id), span]);
  return new Map(rows.filter(([row]) => row >= 0));
}
