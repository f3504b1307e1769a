import { describe, expect, it } from 'vitest';
import { axisOf, groupLines, tickText } from './course';
import { answer, group } from './fixtures';

describe('the axis', () => {
  it('covers every line and zero with whole ticks', () => {
    const { scale, ticks } = axisOf([[3, 118.9], [-32.6]]);
    expect(ticks).toEqual([-50, 0, 50, 100, 150]);
    expect(scale).toEqual({ min: -50, max: 150 });
  });
  it.each([
    [[[0.0012]], [0, 0.0005, 0.001, 0.0015]],
    [[[-7, -1]], [-8, -6, -4, -2, 0]],
    [[[0, 0]], [-1, -0.5, 0, 0.5, 1]],
    [[], [-1, -0.5, 0, 0.5, 1]],
  ])('of %j has ticks %j', (lines, ticks) => expect(axisOf(lines).ticks).toEqual(ticks));
});

it.each([
  [0, '$0'],
  [250, '$250'],
  [-1000, '\u2212$1,000'],
  [12_500, '$12.5k'],
  [-2_000_000, '\u2212$2M'],
  [0.0005, '$0.0005'],
  [0.25, '$0.25'],
])('a tick at %d is %s', (value, text) => expect(tickText(value)).toBe(text));

describe('lines', () => {
  it('are drawn for the groups that moved most, at most six', () => {
    const groups = Array.from({ length: 9 }, (_, i) => group(`g${i}`, String(i % 2 ? -i : i)));
    expect(groupLines(answer('asset', groups)).map((line) => line.key)).toEqual(['g8', 'g7', 'g6', 'g5', 'g4', 'g3']);
  });
  it('are left out for one group, for hours, and for those that did not move', () => {
    expect(groupLines(answer('asset', [group('a', '1')]))).toEqual([]);
    expect(groupLines(answer('hour', [group('01', '1'), group('02', '2')]))).toEqual([]);
    expect(groupLines(answer('asset', [group('a', '1'), group(null, '0')])).map((line) => line.id)).toEqual(['=a']);
  });
});
