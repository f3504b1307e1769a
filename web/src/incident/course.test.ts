import { describe, expect, it } from 'vitest';
import { axis, BOX, coursePath, leftOf, nearest, sentence, shownCritical, spanOf, tableRows, worstOf } from './course';
import type { Chart } from './shapes';

const AT = Date.UTC(2026, 10, 30, 14, 0, 0);
const ns = (s: number): string => `${AT + s * 1000}000000`;
const points = (...values: (number | null)[]) => values.map((value, i) => ({ t_ns: ns(i * 5), value }));

const chartOf = (more: Partial<Chart>): Chart => ({
  from_ns: ns(0),
  to_ns: ns(20),
  step_s: 5,
  unit: 'ms',
  what: 'P99 of order.pipeline',
  threshold: 2000,
  resolve_at: 1000,
  critical_at: null,
  beyond: 'above',
  began_ns: ns(5),
  fired_ns: ns(10),
  resolved_ns: null,
  points: points(500, 2500, 3100, null, 900),
  no_course: null,
  ...more,
});

describe('the axis', () => {
  it('covers zero, the limit and the highest value, in whole ticks', () => {
    const { scale, ticks } = axis(chartOf({}));
    expect(ticks).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(scale).toEqual({ min: 0, max: 4000 });
  });
  it('shows the limit also where all values are far below it', () =>
    expect(axis(chartOf({ points: points(1, 2) })).scale.max).toBeGreaterThanOrEqual(2000));
  it.each([
    [null, null],
    [3500, 3500],
    [60_000, null],
  ])('has a place for the worse limit %s only where values come near it', (critical, shown) => {
    const chart = chartOf({ critical_at: critical });
    expect(shownCritical(chart, axis(chart).scale)).toBe(shown);
  });
  it('counts minutes where seconds are many', () =>
    expect(axis(chartOf({ unit: 's', threshold: 1800, resolve_at: null, points: points(1700) })).ticks).toEqual([
      0, 600, 1200, 1800, 2400,
    ]));
  it('counts in whole numbers', () =>
    expect(axis(chartOf({ unit: 'count', threshold: 0, resolve_at: null, points: points(1) })).ticks).toEqual([0, 1]));
  it('shows what a drawdown leaves below zero', () =>
    expect(axis(chartOf({ unit: 'usd', threshold: 100, resolve_at: null, points: points(-40, 120) })).ticks[0]).toBe(-50));
});

describe('the line', () => {
  const chart = chartOf({});
  it('breaks where nothing was judged, and a point alone is a dash', () => {
    const path = coursePath(chart.points, spanOf(chart), { min: 0, max: 4000 });
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toMatch(/^M0 \d+(\.\d)?L250 \d+(\.\d)?L500 \d+(\.\d)?M998\.5 \d+(\.\d)?H1001\.5$/);
  });
  it('is higher for more', () => {
    const [, low, , high] = /M0 ([\d.]+)L(\d+) ([\d.]+)/.exec(coursePath(points(0, 4000), spanOf(chart), { min: 0, max: 4000 }))!;
    expect(Number(low)).toBe(BOX.height - 2);
    expect(Number(high)).toBe(2);
  });
});

describe('places', () => {
  const span = { fromMs: 1000, toMs: 3000 };
  it.each([
    [1000, 0],
    [2000, 50],
    [9000, 100],
    [0, 0],
  ])('%i ms is at %i %', (ms, left) => expect(leftOf(ms, span)).toBe(left));
  it.each([
    [0, 0],
    [0.49, 2],
    [1.2, 4],
  ])('the point nearest to %f', (share, index) => expect(nearest(points(1, 2, 3, 4, 5), share)).toBe(index));
});

describe('in words', () => {
  it('says what the chart shows', () =>
    expect(sentence(chartOf({}), 'utc')).toBe(
      'P99 of order.pipeline, from 14:00:00 to 14:00:20: at most 3.10\u2009s at 14:00:10, the limit is 2.00\u2009s. It fired at 14:00:10 and is still open.',
    ));
  it('says when it was over where there is no course', () =>
    expect(sentence(chartOf({ what: null, points: [], resolved_ns: ns(15) }), 'utc')).toBe(
      'It fired at 14:00:10 and was resolved at 14:00:15.',
    ));
  it('of a balance the lowest is the worst', () =>
    expect(worstOf({ points: points(90, null, 40, 60), beyond: 'below' })?.value).toBe(40));
  it('a table has the worst of each stretch', () =>
    expect(tableRows(chartOf({ points: points(1, 9, null, null, 3, 2) }), 3).map(({ value }) => value)).toEqual([9, 3]));
});
