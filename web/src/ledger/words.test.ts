import { describe, expect, test } from 'vitest';
import { entryOf, ledgerOf, WHOLE } from './fixtures';
import { aboutOf, amountOf, countWords, differenceWords, inTroubleFirst, openWords, resultWord, resultWords, stateOf, witnessWords } from './words';

describe('an entry', () => {
  test.each([
    [{ asset: 'BTC', side: 'buy', quantity: '0.0100' }, '0.0100', '0.0100', 'Buy BTC'],
    [{ asset: 'BTC', side: 'sell', size_usd: '1204.105' }, '$1,204.10', '1204.105', 'Sell BTC'],
    [{ asset: 'BTC', side: 'buy', filled_quantity: '0', quantity: '0.01' }, '0.01', '0.01', 'Buy BTC'],
    [{ amount_usd: '250' }, '$250.00', '250', ''],
    [{ game: 'dice', amount: '5' }, '5', '5', 'dice'],
  ])('%o names what it is about, with all its digits', (attributes, text, exact, about) => {
    const entry = entryOf(attributes);
    expect(amountOf(entry)).toEqual({ text, exact });
    expect(aboutOf(entry)).toBe(about);
  });
  test('without money names none', () => {
    expect(amountOf(entryOf({ why: 'a year has passed' }))).toBeNull();
  });
  test.each([
    ['intent', {}, null],
    ['outcome', { state: 'filled' }, { outcome: 'traded', word: 'Filled' }],
    ['outcome', { state: 'unknown' }, { outcome: null, word: 'Unknown' }],
    ['outcome', { state: 'not_placed' }, { outcome: 'skipped', word: 'Not placed' }],
    ['outcome', { state: 'settled' }, { outcome: null, word: 'Settled' }],
    ['resolution', { state: 'filled', how: 'probable' }, { outcome: 'traded', word: 'Filled, probably' }],
    ['resolution', { how: 'absent' }, { outcome: null, word: 'Absent' }],
  ])('of the kind %s that says %o is in a state', (kind, attributes, state) => {
    expect(stateOf(entryOf(attributes as Record<string, string>, { kind }))).toEqual(state);
  });
});

describe('what came of verifying', () => {
  test('is whole only in so far as it was checked', () => {
    expect(resultWord(WHOLE)).toBe('Whole');
    expect(resultWord({ ...WHOLE, signed: false })).toBe('Whole, signature not checked');
    expect(resultWords({ ...WHOLE, signed: false })[1]).toContain('--ledger-key');
    expect(resultWord(null)).toBe('Not verified yet');
  });
  test('names the first entry that cannot be believed', () => {
    const problems = [{ index: 41, where: 'tile/entries/000.p/60', what: 'entry 41 has another hash' }];
    const words = resultWords({ ...WHOLE, result: 'tampered', first_bad: 41, problems });
    expect(words[0]).toContain('The first entry that cannot be believed is 41.');
    expect(words[1]).toBe('tile/entries/000.p/60: entry 41 has another hash.');
  });
});

describe('a log that is shorter than what the hub has cosigned', () => {
  const verified = { ...WHOLE, size: 300, cosigned: 312 };
  test('is not called whole, and why that may be is said', () => {
    expect(resultWord(verified)).toBe('12 entries missing');
    expect(resultWords(verified)[0]).toContain('12 entries more than are here');
    expect(witnessWords({ origin: 'o', newest: { size: 312, last_ns: '0' }, alarms: 0 }, ledgerOf('a', verified))).toContain(
      'more than are here',
    );
  });
  test('stands before those that are whole', () => {
    const listed = inTroubleFirst([ledgerOf('whole', WHOLE), ledgerOf('short', verified)]);
    expect(listed.map(({ ledger }) => ledger)).toEqual(['short', 'whole']);
  });
  test('is no other than one that is tampered with where it is that too', () => {
    expect(resultWord({ ...verified, result: 'tampered' })).toBe('Tampered with');
  });
});

describe('the window', () => {
  test.each([
    [undefined, 300, 'could rewrite all of it'],
    [{ origin: 'o', newest: null, alarms: 0 }, 300, 'could rewrite all of it'],
    [{ origin: 'o', newest: { size: 256, last_ns: '0' }, alarms: 0 }, 300, 'From entry 256 on'],
    [{ origin: 'o', newest: { size: 300, last_ns: '0' }, alarms: 0 }, 300, 'seen all 300 entries'],
  ])('of what nobody else has seen is told', (witnessed, size, words) => {
    expect(witnessWords(witnessed, ledgerOf('a', { ...WHOLE, size }))).toContain(words);
  });
});

test('what is open says how many, and what to do', () => {
  const entry = entryOf({});
  expect(openWords([{ entry, lost: true }])).toMatch(/^1 answer was lost\. Start the agent/);
  expect(openWords([{ entry, lost: true }, { entry, lost: false }])).toMatch(/^1 answer was lost, 1 has no answer yet\./);
});

test('ledgers that somebody changed come first, the others stay in their order', () => {
  const names = inTroubleFirst([
    ledgerOf('a', WHOLE),
    ledgerOf('b', null),
    ledgerOf('c', { ...WHOLE, result: 'unusable' }),
    ledgerOf('d', { ...WHOLE, result: 'tampered' }),
  ]).map(({ ledger }) => ledger);
  expect(names).toEqual(['d', 'c', 'a', 'b']);
});

describe('a report', () => {
  const report = { name: '', problem: null, at_ns: null, venue: '', clean: true, findings: [], left_out: 0, troubles: [] };
  test.each([
    [{ mismatched: 1, matched: 1200 }, 'a field differs: 1; matched: 1,200'],
    [{ newer_word: 2 }, 'newer word: 2'],
    [{}, 'nothing to compare'],
  ])('says how many findings there are: %o', (counts, words) => {
    expect(countWords({ ...report, counts })).toBe(words);
  });
  test('says what differs, and keeps to itself what is not kept', () => {
    expect(differenceWords({ field: 'fee_usd', ours: '0.36', venues: '0.4' })).toBe('fee_usd: 0.36 in the log, 0.4 at the venue');
    expect(differenceWords({ field: 'counterparty_id', ours: '', venues: '' })).toBe('counterparty_id differs');
  });
});
