import { describe, expect, it } from 'vitest';
import { apiQuery, incidentsHref, NO_FILTER, readView, writeFilter, writeSelected, writeTab } from './view';

const read = (text: string) => readView(new URLSearchParams(text));

describe('the address of the list', () => {
  it('shows what is open when it says nothing', () =>
    expect(read('')).toEqual({ tab: 'open', filter: NO_FILTER, selected: null }));
  it('says all that is chosen, and is read back', () => {
    const search = new URLSearchParams();
    writeTab(search, 'all');
    writeFilter(search, { severity: 'critical', rule: 'p99-order', agent: 'vol-arb', search: 'slow' });
    writeSelected(search, 7);
    expect(read(search.toString())).toEqual({
      tab: 'all',
      filter: { severity: 'critical', rule: 'p99-order', agent: 'vol-arb', search: 'slow' },
      selected: 7,
    });
  });
  it('is as if unsaid where it says what there is not', () =>
    expect(read('status=closed&severity=bad&sel=-1&rule=')).toEqual({ tab: 'open', filter: NO_FILTER, selected: null }));
  it('leaves the usual out', () => expect(incidentsHref({})).toBe('/incidents'));
  it('leads to the history of a rule', () =>
    expect(incidentsHref({ rule: 'p99-order' }, 'all')).toBe('/incidents?status=all&rule=p99-order'));
});

it('the hub is asked for the worst first', () =>
  expect(apiQuery({ tab: 'open', filter: { ...NO_FILTER, agent: 'a b' } }).toString()).toBe(
    'status=open&sort=severity&agent=a+b',
  ));
