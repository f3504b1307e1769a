import { expect, it } from 'vitest';
import type { Episode, Replay } from './trial';
import { daysOf, groupWords, howWords, placeOf, replayWords } from './trialWords';

const NOON = 1_795_176_000_000; // 20 Nov 2026, 12:00 UTC
const HOUR = 3_600_000;
const ns = (ms: number): string => `${ms}000000`;

const episode = (agoH: number, forH: number | null, worst: number | null = 2400): Episode => ({
  group: { agent: 'vol-arb' },
  began_ns: ns(NOON - agoH * HOUR),
  fired_ns: ns(NOON - agoH * HOUR),
  escalated_ns: null,
  resolved_ns: forH === null ? null : ns(NOON - (agoH - forH) * HOUR),
  worst,
  summary: '',
  trace_ids: [],
});

const replay = (episodes: Episode[], differs: Partial<Replay> = {}): Replay => ({
  rule: 'slow',
  words: '',
  unit: 'ms',
  threshold: 2000,
  judged_by: 'spans',
  from_ns: ns(NOON - 168 * HOUR),
  to_ns: ns(NOON),
  until_ns: ns(NOON),
  stopped: null,
  step_s: 5,
  rows: 12_345,
  took_s: 0.84,
  count: episodes.length,
  episodes,
  messages: 2 * episodes.length,
  ...differs,
});

it.each([
  [replay([]), false, 'Would not have fired in 7 days.'],
  [replay([episode(50, 3), episode(2, null, 3100)]), false, 'Would have fired 2 times in 7 days, for 3h\u200900m at most, the worst 3.10\u2009s: 4 messages.'],
  [
    replay([episode(50, 1, 20), episode(9, 1, 5)], { unit: 'usd', threshold: 100 }),
    true,
    'Would have fired 2 times in 7 days, for 1h\u200900m at most, the worst $5.00: 4 messages.',
  ],
  [
    replay([episode(1, 1, null)], { judged_by: 'incidents', from_ns: ns(NOON - 24 * HOUR), messages: 1, threshold: null }),
    false,
    'Fired 1 time in 1 day, for 1h\u200900m at most: 1 message.',
  ],
])('what it comes to', (found, isLessWorse, words) => expect(replayWords(found, isLessWorse)).toBe(words));

it.each([
  [replay([]), 'Judged every 5 s by 12,345 stored spans, in 0.8 s.'],
  [replay([], { judged_by: 'earnings', step_s: 120, rows: 1 }), 'Judged every 120 s by 1 amount earned, in 0.8 s.'],
  [
    replay([], { stopped: 'it took longer than 30 s', until_ns: ns(NOON - HOUR) }),
    'Judged every 5 s by 12,345 stored spans, in 0.8 s. It got only until 2026-11-20 11:00:00.000 UTC: it took longer than 30 s.',
  ],
  [replay([], { judged_by: 'incidents' }), 'These are the incidents that it had: what such a rule is judged by is not kept.'],
])('how that was found', (found, words) => expect(howWords(found, 'utc')).toBe(words));

it('an episode has its place in the week, one that goes on up to its end', () => {
  expect(placeOf(episode(84, 42), replay([]))).toEqual({ left: 50, width: 25 });
  expect(placeOf(episode(84, null), replay([]))).toEqual({ left: 50, width: 50 });
});

it('days begin at midnight UTC', () => {
  const days = daysOf(replay([]), 'utc');
  expect(days.map(({ words }) => words)).toEqual(['14 Nov', '15 Nov', '16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov']);
  expect(days[0].left).toBeCloseTo(100 / 14);
});

it.each([
  [{ agent: 'vol-arb', span: 'order.pipeline' }, 'vol-arb order.pipeline'],
  [{ environment: 'live', agent: 'a', asset: '' }, 'a live'],
  [{}, ''],
])('whom it is about', (group, words) => expect(groupWords({ group })).toBe(words));
