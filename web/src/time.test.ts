import { describe, expect, it } from 'vitest';
import { ago, clock, dayClock, dayOf, fromWall, full, momentOf, msOf, nsBetween, nsOfMs, sameDay, wall } from './time';

const MS = Date.UTC(2026, 10, 20, 14, 32, 7, 214);

describe('nanosecond strings', () => {
  it('keep their milliseconds', () => {
    expect(msOf('1795185127214999999')).toBe(1_795_185_127_214);
    expect(nsOfMs(1_795_185_127_214)).toBe('1795185127214000000');
  });
  it('subtract exactly beyond 2^53', () => {
    expect(nsBetween('1795185127214000001', '1795185127214000003')).toBe(2);
  });
});

describe('clocks', () => {
  it('read UTC', () => {
    expect(clock(MS, 'utc')).toBe('14:32:07.214');
    expect(dayClock(MS, 'utc')).toBe('20 Nov 14:32:07.214');
    expect(full(MS, 'utc')).toBe('2026-11-20 14:32:07.214 UTC');
  });
  it('know when a day is left', () => {
    expect(sameDay(MS, MS + 3_600_000, 'utc')).toBe(true);
    expect(sameDay(MS, MS + 12 * 3_600_000, 'utc')).toBe(false);
  });
  it('say the day where it is not today, and the year where it is not this one', () => {
    expect(momentOf(MS, MS + 3_600_000, 'utc')).toBe('14:32');
    expect(momentOf(MS, MS + 12 * 3_600_000, 'utc')).toBe('20 Nov 14:32');
    expect(momentOf(Date.UTC(2020, 0, 1), MS, 'utc')).toBe('01 Jan 2020 00:00');
    expect(dayOf(MS, MS, 'utc')).toBe('20 Nov');
  });
  it.each(['utc', 'local'] as const)('of a wall in %s lead back to the same time', (zone) => {
    const whole = MS - (MS % 1000);
    expect(fromWall(wall(whole, zone), zone)).toBe(whole);
  });
});

describe('ago', () => {
  it.each([
    [500, 'just now'],
    [12_000, '12 s ago'],
    [240_000, '4 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [30 * 3_600_000, '1 day ago'],
    [50 * 3_600_000, '2 days ago'],
    [-9_000, 'just now'],
  ])('%d ms is %s', (ms, words) => expect(ago(MS - ms, MS)).toBe(words));
});
