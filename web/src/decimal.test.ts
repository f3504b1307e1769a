import { describe, expect, it } from 'vitest';
import { add, parseDecimal, roundHalfEven, subtract } from './decimal';

describe('subtract', () => {
  it.each([
    ['412.18', '21.07', '391.11'],
    ['0.1', '0.3', '-0.2'],
    ['1', '0.00000001', '0.99999999'],
    ['-6.10', '0.51', '-6.61'],
    ['5', '5', '0'],
    ['9007199254740993.00', '0.01', '9007199254740992.99'],
    ['1e3', '1', '999'],
  ])('%s - %s is %s', (a, b, difference) => expect(subtract(a, b)).toBe(difference));

  it('has no answer for what is no number', () => expect(subtract('n/k', '1')).toBeNull());
});

describe('add', () => {
  it.each([
    ['391.11', '21.07', '412.18'],
    ['-0.2', '0.3', '0.1'],
    ['0.0042', '5', '5.0042'],
    ['-1', '-1', '-2'],
  ])('%s + %s is %s', (a, b, sum) => expect(add(a, b)).toBe(sum));

  it('has no answer for what is no number', () => expect(add('1', 'n/k')).toBeNull());
});

it('rounds a tie to the even neighbour, carrying over', () => {
  const round = (text: string, places: number): string => {
    const { whole, fraction } = roundHalfEven(parseDecimal(text)!, places);
    return `${whole}.${fraction}`;
  };
  expect(round('0.125', 2)).toBe('0.12');
  expect(round('0.135', 2)).toBe('0.14');
  expect(round('99.995', 2)).toBe('100.00');
  expect(round('99.9949999', 2)).toBe('99.99');
});

it('refuses what is no decimal number', () => {
  for (const text of ['', '.', '-', '1,000', '0x10', 'NaN', '1e9999']) expect(parseDecimal(text)).toBeNull();
});
