import { expect, it } from 'vitest';
import { moneyPx } from './figureWidth';

it('has room for the longest amount, whichever its sign', () => {
  expect(moneyPx(['-12.5', '7', null])).toBe(Math.ceil('-$12.50'.length * 7.8));
  expect(moneyPx(['-1234567.891', '99'])).toBe(Math.ceil('-$1,234,567.89'.length * 7.8));
});

it('is not confused by what is no amount', () => {
  expect(moneyPx(['n/k', null])).toBe(Math.ceil('$0.00'.length * 7.8));
  expect(moneyPx([])).toBe(moneyPx(['0']));
});
