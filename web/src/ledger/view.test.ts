import { describe, expect, test } from 'vitest';
import { entriesQuery, ledgerHref, NO_FILTER, readLedgerView, searched, writeFilter } from './view';

describe('the address of a ledger', () => {
  test('says what is filtered, which page, and which entry is open', () => {
    expect(readLedgerView(new URLSearchParams('kind=outcome&order=o-1&before=40&entry=0'))).toEqual({
      filter: { ...NO_FILTER, kind: 'outcome', order: 'o-1' },
      before: 40,
      entry: 0,
    });
  });
  test.each(['kind=guess', 'before=-1', 'entry=x', 'entry=1e9', 'op='])('%s is as if it were not there', (search) => {
    expect(readLedgerView(new URLSearchParams(search))).toEqual({ filter: NO_FILTER, before: null, entry: null });
  });
  test('goes back to the newest when the filter changes', () => {
    const search = new URLSearchParams('before=40&tz=local&op=trading.order');
    writeFilter(search, { ...NO_FILTER, kind: 'intent' });
    expect(search.toString()).toBe('tz=local&kind=intent');
  });
  test('is written for links, whatever the name', () => {
    expect(ledgerHref('vol-arb-1')).toBe('/ledger/vol-arb-1');
    expect(ledgerHref('a/b@2', 'local', { entry: 0, trace: 'ff' })).toBe('/ledger/a%2Fb%402?trace=ff&entry=0&tz=local');
  });
  test('asks for the page that it names', () => {
    expect(entriesQuery({ filter: { ...NO_FILTER, op: 'escrow.create' }, before: 256 })).toBe(
      'limit=100&op=escrow.create&before=256',
    );
  });
});

test.each([
  ['4F1C9D20A1B24C63A7F0D8E5B6C7A09E', { trace: '4f1c9d20a1b24c63a7f0d8e5b6c7a09e' }],
  ['trading.order', { op: 'trading.order' }],
  [' o-17 ', { order: 'o-17' }],
  ['', {}],
])('what is typed, %s, is looked for as what it can be', (text, found) => {
  expect(searched(text)).toEqual({ op: null, order: null, trace: null, ...found });
});
