import { expect, it } from 'vitest';
import type { LedgerSpan } from '../ledger/shapes';
import { idOf, modelOf, TRACE } from './fixtures';
import { ledgerRows } from './ledger';

const model = modelOf([
  { id: '1', from: 0, to: 90 },
  { id: '2', parent: '1', from: 5, to: 50 },
]);
const found = (span: string, state: LedgerSpan['state']): LedgerSpan => ({
  trace_id: TRACE,
  span_id: idOf(span),
  origin: 'fleaglass.ledger/vol-arb-1',
  index: 0,
  leaf_hash: '',
  ledger: null,
  state,
  says: '',
  signed: true,
});

it('what the ledger says of a span stands at its row; a span that was not received has none', () => {
  const rows = ledgerRows(model, [found('2', 'in'), found('99', 'differs')]);
  expect([...rows].map(([row, { state }]) => [row, state])).toEqual([[1, 'in']]);
});
