import { describe, expect, it } from 'vitest';
import { allToggled, NO_TICKS, ticksOf, toggled } from './ticks';

const rows = [{ id: 1 }, { id: 2 }];

it('a row is ticked, and unticked', () => {
  const ticked = toggled(NO_TICKS, 2);
  expect([...ticked]).toEqual([2]);
  expect([...toggled(ticked, 2)]).toEqual([]);
  expect([...NO_TICKS]).toEqual([]);
});

describe('the box above all boxes', () => {
  it.each([
    [[], 'none'],
    [[1], 'some'],
    [[1, 2], 'all'],
    [[9], 'some'],
  ] as const)('with %j it is: %s', (ids, words) => expect(ticksOf(rows, new Set(ids))).toBe(words));
  it('of no rows is never full', () => expect(ticksOf([], new Set([1]))).toBe('some'));
  it('ticks what is shown, and unticks it once it all is', () => {
    const all = allToggled(rows, new Set([1, 9]));
    expect([...all]).toEqual([1, 2]);
    expect([...allToggled(rows, all)]).toEqual([]);
  });
});
