import { expect, it } from 'vitest';
import { nsOfMs } from '../time';
import { earliest, statsQuery } from './statsQuery';
import { lastRange } from './view';

const NOW = Date.UTC(2026, 10, 20, 14, 32);
const ask = (range: string, agoMs: number | null): string =>
  statsQuery(lastRange(range)!, null, agoMs === null ? null : nsOfMs(NOW - agoMs), NOW).toString();

it('asks for the range as it is once the hub has known someone for so long', () => {
  expect(ask('1h', 7_200_000)).toBe('range=1h');
  expect(ask('1h', null)).toBe('range=1h');
});

it('leaves out what lies before the first agent was seen', () => {
  expect(ask('1h', 600_000)).toBe('from=2026-11-20T14%3A22%3A00Z');
  expect(ask('15m', 600_000)).toBe('from=2026-11-20T14%3A22%3A00Z');
});

it('asks for a minute at least', () => expect(ask('1h', 5_000)).toBe('range=60s'));

it('leaves fixed ends alone, and keeps the agent', () => {
  const range = { kind: 'between', fromMs: NOW - 3_600_000, toMs: NOW } as const;
  expect(statsQuery(range, 'a', nsOfMs(NOW - 600_000), NOW).toString()).toBe(
    'from=2026-11-20T13%3A32%3A00Z&to=2026-11-20T14%3A32%3A00Z&agent=a',
  );
});

it('finds the first agent', () => {
  expect(earliest([{ first_seen_ns: '2000000000' }, { first_seen_ns: '1000000000' }])).toBe('1000000000');
  expect(earliest([])).toBeNull();
  expect(earliest(null)).toBeNull();
});
