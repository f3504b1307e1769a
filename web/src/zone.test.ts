import { expect, it } from 'vitest';
import { readZone, withZone, writeZone } from './zone';

it.each([
  ['', 'utc'],
  ['tz=local', 'local'],
  ['tz=Mars', 'utc'],
] as const)('%s is read by the clock of %s', (search, zone) => expect(readZone(new URLSearchParams(search))).toBe(zone));

it('leaves UTC out of the address', () => {
  const search = new URLSearchParams('tz=local&a=1');
  writeZone(search, 'utc');
  expect(search.toString()).toBe('a=1');
});

it.each([
  ['/incidents/3', 'local', '/incidents/3?tz=local'],
  ['/incidents?agent=a/b', 'local', '/incidents?agent=a/b&tz=local'],
  ['/incidents?agent=a', 'utc', '/incidents?agent=a'],
] as const)('the way to %s keeps the clock: %s', (href, zone, kept) => expect(withZone(href, zone)).toBe(kept));
