import { describe, expect, it } from 'vitest';
import { incidentOf } from './fixtures';
import { figure, lasted, limitWords, muteWords, standing, toldWords, withoutAgent } from './words';

const NOW = Date.UTC(2026, 10, 30, 14, 0, 0);
const ns = (ms: number): string => `${ms}000000`;

describe('a value in its unit', () => {
  it.each([
    [2380, 'ms', '2.38\u2009s'],
    [0, 'ms', '0'],
    [95, 's', '1m\u200935s'],
    [0.0743, 'ratio', '7.43%'],
    [12.3, 'usd', '$12.30'],
    [12.1, 'times', '12.1×'],
    [1200, 'count', '1,200'],
  ] as const)('%s %s is %s', (value, unit, words) => expect(figure(value, unit)).toBe(words));
  it('is empty where there is none', () => expect(figure(null, 'ms')).toBe(''));
});

describe('the limit', () => {
  it.each([
    ['percentile', 2000, 'ms', '> 2.00\u2009s'],
    ['wallet_floor', 100, 'usd', '< $100.00'],
    ['streak', 3, 'count', '≥ 3'],
    ['missed_schedule', null, 'count', ''],
  ] as const)('of %s', (kind, threshold, unit, words) => expect(limitWords({ kind, threshold, unit })).toBe(words));
});

describe('how an incident stands', () => {
  it('waits for somebody when nothing was done', () => expect(standing(incidentOf({}), NOW, 'utc')).toBe(''));
  it('names who has seen it, or until when it is muted', () => {
    const muted = incidentOf({ muted: true, muted_until_ns: ns(NOW + 3_600_000) });
    expect(standing(muted, NOW, 'utc')).toBe('Muted until 15:00');
    expect(standing({ ...muted, acknowledged_by: 'ana' }, NOW, 'utc')).toBe('Seen by ana, muted');
  });
  it('is resolved, whoever saw it', () =>
    expect(standing(incidentOf({ status: 'resolved', acknowledged_by: 'ana' }), NOW, 'utc')).toBe('Resolved'));
  it('is muted until it is resolved', () =>
    expect(muteWords({ muted: true, muted_until_ns: '9223372036854775807' }, NOW, 'utc')).toBe('Muted until resolved'));
  it('is not muted any more once that time has passed', () =>
    expect(muteWords({ muted: false, muted_until_ns: ns(NOW - 1) }, NOW, 'utc')).toBe(''));
});

describe('how long it lasted', () => {
  it('counts to now while it is open', () =>
    expect(lasted({ fired_ns: ns(NOW - 252_000), resolved_ns: null }, NOW)).toBe('4m\u200912s'));
  it('ends with it', () =>
    expect(lasted({ fired_ns: ns(NOW - 252_000), resolved_ns: ns(NOW - 192_000) }, NOW)).toBe('1m\u200900s'));
  it('is never negative, whatever the clocks say', () =>
    expect(lasted({ fired_ns: ns(NOW + 5_000), resolved_ns: null }, NOW)).toBe('0\u2009ns'));
});

it.each([
  ['vol-arb', 'P99 of 40 order.pipeline is 2,400 ms, more than 2000 ms'],
  [null, 'vol-arb: P99 of 40 order.pipeline is 2,400 ms, more than 2000 ms'],
])('the summary beside the agent %s', (agent, words) => expect(withoutAgent(incidentOf({ agent }))).toBe(words));

describe('who was told', () => {
  const told = [{ receiver: 'chat', at_ns: '0', times: 1 }, { receiver: 'pager', at_ns: '0', times: 2 }];
  it('names them in order', () => expect(toldWords(incidentOf({ told }))).toBe('chat, pager'));
  it.each([
    [{}, 'nobody yet'],
    [{ muted: true }, 'nobody, muted'],
    [{ status: 'resolved' as const }, 'nobody'],
  ])('or says why nobody was', (more, words) => expect(toldWords(incidentOf(more))).toBe(words));
});
