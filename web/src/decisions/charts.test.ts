import { expect, it } from 'vitest';
import { linePath, runningSum, scaleOf, stackedBars, stepPath, yOf } from './charts';

it('scales to the values and to what must be visible', () => {
  expect(scaleOf([3, null, 7], [0])).toEqual({ min: 0, max: 7 });
  expect(scaleOf([])).toEqual({ min: 0, max: 1 });
  expect(scaleOf([5, 5])).toEqual({ min: 4, max: 6 });
  expect(yOf(0, { min: 0, max: 1 })).toBeGreaterThan(yOf(1, { min: 0, max: 1 }));
});

it('breaks a line where a value is missing, and shows a value that stands alone', () => {
  const path = linePath([0, 1, null, 1, null], { min: 0, max: 1 });
  expect(path).toBe('M24 34L72 2M167 2H169');
});

it('steps a sum and ends at the edge', () => {
  expect(runningSum([1, -2, 4])).toEqual([1, -1, 3]);
  expect(stepPath([0, 1], { min: 0, max: 1 })).toBe('M0 34H120V2H240');
  expect(stepPath([], { min: 0, max: 1 })).toBe('');
});

it('stacks bars without overlap, and draws nothing for none', () => {
  const [bottom, top] = stackedBars([
    [1, 0],
    [1, 2],
  ]);
  expect(bottom).toHaveLength(1);
  expect(top).toHaveLength(2);
  expect(bottom[0].y).toBeGreaterThan(top[0].y);
  expect(top[0].y + top[0].height).toBeLessThanOrEqual(bottom[0].y + 0.01);
});
