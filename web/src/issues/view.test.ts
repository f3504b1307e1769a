import { expect, it } from 'vitest';
import { NO_FILTER } from './filter';
import { apiQuery, issuesHref, readView, writeTab } from './view';

it('a plain address shows what is unresolved, the latest first', () => {
  expect(readView(new URLSearchParams())).toEqual({ tab: 'unresolved', sort: 'last_seen', filter: NO_FILTER, selected: null });
  expect(apiQuery(readView(new URLSearchParams())).toString()).toBe('status=unresolved');
});

it('asks the hub for what the address says', () => {
  const view = readView(new URLSearchParams('status=all&sort=users&q=down&tag=side:buy&sel=7'));
  expect(view.selected).toBe(7);
  expect(decodeURIComponent(apiQuery(view).toString())).toBe('q=down&tag=side:buy&sort=users');
});

it('what an address cannot mean is left out', () => {
  expect(readView(new URLSearchParams('status=bad&sort=bad&sel=-1&tag=bad'))).toMatchObject({
    tab: 'unresolved',
    sort: 'last_seen',
    selected: null,
    filter: { tags: [] },
  });
});

it('leaves the default tab out of the address', () => {
  const search = new URLSearchParams('status=new');
  writeTab(search, 'unresolved');
  expect(search.toString()).toBe('');
});

it('leads to all that match a filter', () => {
  expect(issuesHref({ ...NO_FILTER, release: 'agent@1' })).toBe('/issues?status=all&release=agent@1');
});
