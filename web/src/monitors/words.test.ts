import { describe, expect, it } from 'vitest';
import type { Bucket, Lane } from './api';
import { atWords, awayWords, countWords, nextWords, standing, sum, uptime, worst } from './words';

const bucket = (of: Partial<Bucket>): Bucket => ({
  t_ns: '0',
  ok: 0,
  error: 0,
  missed: 0,
  timeout: 0,
  in_progress: 0,
  unknown: 0,
  ...of,
});

describe('how a monitor stands', () => {
  const lane = (status: Lane['status'], last_status: Lane['last_status']) => ({ status, last_status });
  it.each([
    ['active', null, 'waiting'],
    ['active', 'in_progress', 'in_progress'],
    ['ok', 'ok', 'ok'],
    ['ok', 'in_progress', 'in_progress'],
    ['ok', 'missed', 'missed'], // not often enough for an incident, but missed
    ['ok', 'unknown', 'unknown'],
    ['error', 'missed', 'missed'],
    ['error', 'timeout', 'timeout'],
    ['error', 'error', 'error'],
    ['error', 'in_progress', 'error'],
    ['error', 'ok', 'recovering'],
  ] as const)('%s, last %s: %s', (status, last, expected) => {
    expect(standing({ enabled: true }, lane(status, last))).toBe(expected);
  });

  it('is not told while nobody looks', () => {
    expect(standing({ enabled: false }, lane('ok', 'ok'))).toBe('disabled');
  });
});

describe('a timeline', () => {
  it('shows the worst of a step, and counts the rest', () => {
    const step = bucket({ ok: 4, missed: 1, timeout: 2 });
    expect(worst(step)).toBe('missed');
    expect(countWords(step)).toBe('1 missed, 2 timed out, 4 OK');
    expect(worst(bucket({}))).toBeNull();
  });

  it('adds up', () => {
    expect(countWords(sum([bucket({ ok: 1 }), bucket({ ok: 2, error: 1 }), bucket({ in_progress: 1 })]))).toBe(
      '1 failed, 1 in progress, 3 OK',
    );
    expect(countWords(sum([]))).toBe('');
  });
});

const NOW = Date.UTC(2026, 10, 30, 23, 56);
const ns = (ms: number): string => `${ms}000000`;

describe('what is expected next', () => {
  const lane = (expectedMs: number, marginMs = 60_000) => ({
    next_expected_ns: ns(NOW + expectedMs),
    next_latest_ns: ns(NOW + expectedMs + marginMs),
  });

  it('is ahead, due, or late beyond its margin', () => {
    expect(nextWords(lane(4 * 60_000), NOW)).toBe('in 4 min');
    expect(nextWords(lane(-30_000), NOW)).toBe('due for 30 s');
    expect(nextWords(lane(-150_000), NOW)).toBe('late by 2 min');
    expect(nextWords({ next_expected_ns: null, next_latest_ns: null }, NOW)).toBe('after the first check-in');
  });

  it('has its day unless that is today', () => {
    expect(atWords(NOW + 2 * 60_000, NOW, 'utc')).toBe('23:58 UTC');
    expect(atWords(NOW + 4 * 60_000, NOW, 'utc')).toBe('01 Dec 00:00 UTC');
  });

  it.each([
    [0, '0 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [125 * 60_000, '2 h 05 min'],
    [180 * 60_000, '3 h'],
    [13.5 * 3_600_000, '13 h'],
    [50 * 3_600_000, '2 days'],
  ])('%s ms away is %s', (ms, words) => {
    expect(awayWords(ms)).toBe(words);
  });
});

it('never rounds up to all', () => {
  expect(uptime(99.99)).toBe('99.9%');
  expect(uptime(100)).toBe('100%');
  expect(uptime(null)).toBe('');
});
