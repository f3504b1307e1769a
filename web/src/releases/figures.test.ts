import { describe, expect, it } from 'vitest';
import { crashFree, nameParts, roundUp, sample, sessionWords, share } from './figures';
import { health } from './fixtures';

describe('a share', () => {
  it.each([
    [100, '100%'],
    [99.987, '99.9%'],
    [98.148, '98.1%'],
    [0.004, '0.01%'],
    [0, '0%'],
    [null, ''],
  ])('%s is shown as %s: never rounded up to all, nor down to none', (percent, shown) => {
    expect(share(percent)).toBe(shown);
  });

  it('of no sessions is not 100 %', () => {
    expect(crashFree(health())).toBe('no sessions');
    expect(sample(health())).toBe('');
  });

  it('tells of how many', () => {
    expect(sample(health({ sessions: 1 }))).toBe('of 1 session');
    expect(sample(health({ sessions: 1204 }))).toBe('of 1,204 sessions');
  });
});

it('says how sessions went, and leaves out what did not happen', () => {
  expect(sessionWords(health({ sessions: 12, healthy: 9, crashed: 3 }))).toBe('12 sessions: 9 healthy, 3 crashed');
  expect(sessionWords(health())).toBe('no sessions');
});

it.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [37, 50],
  [50, 50],
  [51, 100],
])('rounds the axis for %s up to %s', (most, top) => {
  expect(roundUp(most)).toBe(top);
});

it.each([
  ['agent-vol-arb@2.1.0', 'agent-vol-arb@', '2.1.0'],
  ['@scope/agent@1.0.0', '@scope/agent@', '1.0.0'],
  ['fe03ab', '', 'fe03ab'],
  ['agent@', '', 'agent@'],
  ['@1.0.0', '', '@1.0.0'],
])('takes %s apart', (version, pack, rest) => {
  expect(nameParts(version)).toEqual([pack, rest]);
});
