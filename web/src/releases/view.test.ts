import { expect, it } from 'vitest';
import { lastSegment } from '../address';
import { compareHref, compareQuery, listQuery, readReleasesView, releaseHref } from './view';

const view = (search: string) => readReleasesView(new URLSearchParams(search));

it('reads a view from its address, and takes defaults for what is not there', () => {
  expect(view('')).toMatchObject({ sort: 'date', environment: null, archived: false, text: '', a: null, b: null });
  expect(view('').range).toMatchObject({ text: '14d' });
  expect(view('sort=version&environment=production&status=all&q=vol&a=x&b=y')).toMatchObject({
    sort: 'version',
    environment: 'production',
    archived: true,
    text: 'vol',
    a: 'x',
    b: 'y',
  });
  expect(view('sort=sideways').sort).toBe('date');
});

it('asks the hub for what is seen', () => {
  expect(listQuery(view('q= vol &environment=staging&status=all&range=7d'), 50)).toBe(
    'range=7d&environment=staging&q=vol&status=all&sort=date&limit=50',
  );
  expect(compareQuery('a@1', 'a@2', view(''))).toBe('range=14d&a=a%401&b=a%402');
});

it('leads to a release and back, whatever its name', () => {
  const href = releaseHref('agent look+up/x@1.0.0%', view('range=7d&tz=local&environment=staging'));
  expect(href).toBe('/releases/agent%20look%2Bup%2Fx%401.0.0%25?environment=staging&range=7d&tz=local');
  expect(lastSegment(href.split('?')[0])).toBe('agent look+up/x@1.0.0%');
  expect(lastSegment('/releases/%E0%A4%A')).toBe('%E0%A4%A');
});

it('keeps range and environment from one page to the next', () => {
  expect(compareHref('a@1', 'a@2', view('environment=staging'))).toBe('/releases?a=a@1&b=a@2&environment=staging');
});
