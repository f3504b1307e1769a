import { describe, expect, it } from 'vitest';
import { timeGroup } from './fixtures';
import { modelShare, networkShare, segments, segmentTip, shareText, timeKey, verdict } from './shares';

describe('the model or the network?', () => {
  it.each([
    [{ order: 50, confirmation: 20, signal: 10, self: 20 }, 'The network: 70% of the time of a decision; the model takes 10%.'],
    [{ balance: 10, signal: 80 }, 'The model: 80% of the time of a decision; the network takes 10%.'],
    [{ venue: 40, signal: 35 }, 'Both alike: the network takes 40% of the time of a decision, the model 35%.'],
    [{ venue: 40, self: 60 }, 'The network: 40% of the time of a decision.'],
    [{ signal: 40, other: 60 }, 'The model: 40% of the time of a decision.'],
    [{ self: 100 }, 'Decisions spent no time on the network or in a model.'],
  ])('%j', (spent, words) => expect(verdict(timeGroup(spent))).toBe(words));

  it('counts every call of the venue as network', () => {
    const group = timeGroup({ balance: 1, venue: 2, order: 4, confirmation: 8, signal: 16, risk: 32, other: 37 });
    expect(networkShare(group)).toBeCloseTo(0.15);
    expect(modelShare(group)).toBeCloseTo(0.16);
  });
});

it('draws the network first, and nothing for what nothing went through', () => {
  const stages = segments(timeGroup({ self: 10, signal: 20, confirmation: 30, balance: 40 }).stages);
  expect(stages.map((each) => each.stage)).toEqual(['balance', 'confirmation', 'signal', 'self']);
  expect(segmentTip(stages[1])).toBe('Confirmation 30%, p50 30\u2009ns, p95 30\u2009ns');
});

it('never shows something as nothing', () => {
  expect([0, 0.001, 0.006, 1].map(shareText)).toEqual(['0%', '<1%', '1%', '100%']);
});

it('names a row by agent and release', () => {
  expect(timeKey({ agent: 'a', release: '1.0' })).toBe('a@1.0');
  expect(timeKey({ agent: 'a', release: null })).toBe('a@');
  expect(timeKey({ agent: null, release: null })).toBe('others');
});
