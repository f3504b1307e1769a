import { expect, it } from 'vitest';
import { numberBelow, numberIn, put } from './address';

it.each([
  ['/incidents/12', 12],
  ['/incidents/12/', 12],
  ['/incidents/0', null],
  ['/incidents/x', null],
  ['/incidents/', null],
  ['/incidents', null],
  ['/issues/12', null],
  ['/incidents/12345678901', null],
])('the number of the incident at %s', (path, number) => expect(numberBelow('/incidents', path)).toBe(number));

it.each([
  ['sel=7', 7],
  ['sel=0', null],
  ['sel=-1', null],
  ['sel=1.5', null],
  ['sel=x', null],
  ['', null],
])('the number that %s selects', (search, number) => expect(numberIn(new URLSearchParams(search), 'sel')).toBe(number));

it('what has nothing to say is left out of the address', () => {
  const search = new URLSearchParams('a=1&b=2&c=3');
  put(search, 'a', null);
  put(search, 'b', '');
  put(search, 'c', '4');
  expect(search.toString()).toBe('c=4');
});
