import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../decisions/filter';
import { frozenAddress, lastRange, writeRange } from '../decisions/view';
import {
  apiQuery,
  attributeOf,
  byAttribute,
  decisionsHref,
  DEFAULT_RANGE,
  nextSort,
  readPerformanceView,
  writeBy,
  writeOpen,
  writeSort,
} from './view';

const read = (search: string) => readPerformanceView(new URLSearchParams(search));

describe('the address', () => {
  it('has defaults', () => {
    expect(read('')).toEqual({
      range: { kind: 'last', text: '24h', ms: 86_400_000 },
      zone: 'utc',
      by: 'agent',
      filter: NO_FILTER,
      sort: { by: 'net', up: false },
      open: null,
    });
  });

  it('says everything that changes what is seen', () => {
    expect(
      read('range=7d&tz=local&by=attr:pf.x:y&agent=a&asset=BTC&attr=pf.z:1&sort=-fees&open=a@1.0'),
    ).toEqual({
      range: { kind: 'last', text: '7d', ms: 7 * 86_400_000 },
      zone: 'local',
      by: 'attr:pf.x:y',
      filter: { ...NO_FILTER, agent: 'a', asset: 'BTC', attributes: [{ key: 'pf.z', value: '1' }] },
      sort: { by: 'fees', up: true },
      open: 'a@1.0',
    });
  });

  it.each(['by=agents', 'by=attr:', 'by=', 'by=AGENT'])('groups by agent for %s', (search) =>
    expect(read(search).by).toBe('agent'),
  );

  it('leaves out filters that say nothing about results', () => {
    expect(read('q=x&status=error&name=n&min_duration_ms=5&outcome=failed').filter).toEqual(NO_FILTER);
  });

  it('leaves defaults out, and gives back the view it came from', () => {
    const search = new URLSearchParams('by=asset&sort=fees&open=x&range=7d');
    writeBy(search, 'agent');
    writeSort(search, { by: 'net', up: false });
    writeOpen(search, null);
    writeRange(search, lastRange('24h')!, DEFAULT_RANGE);
    expect(search.toString()).toBe('');
    writeBy(search, byAttribute('pf.x'));
    writeSort(search, { by: 'net', up: true });
    writeRange(search, lastRange('1h')!, DEFAULT_RANGE);
    expect(readPerformanceView(search)).toMatchObject({
      by: 'attr:pf.x',
      sort: { by: 'net', up: true },
      range: { text: '1h' },
    });
  });

  it('is frozen from its own default range', () => {
    const now = Date.UTC(2026, 10, 20, 14);
    expect(frozenAddress('http://h/performance', now, DEFAULT_RANGE)).toBe(
      'http://h/performance?from=2026-11-19T14:00:00Z&to=2026-11-20T14:00:00Z',
    );
  });

  it('shows hours in the order of the day', () => {
    expect(read('by=hour').sort).toEqual({ by: 'group', up: true });
    const search = new URLSearchParams('by=hour');
    writeSort(search, { by: 'group', up: true });
    expect(search.has('sort')).toBe(false);
    writeSort(search, { by: 'net', up: false });
    expect(search.get('sort')).toBe('net');
  });
});

it('tells attributes from dimensions', () => {
  expect(attributeOf('attr:pf.x:y')).toBe('pf.x:y');
  expect(attributeOf('asset')).toBeNull();
});

it('sorts by the largest first, then by the smallest; names from A', () => {
  const fees = nextSort({ by: 'net', up: false }, 'fees');
  expect(fees).toEqual({ by: 'fees', up: false });
  expect(nextSort(fees, 'fees')).toEqual({ by: 'fees', up: true });
  expect(nextSort(fees, 'group')).toEqual({ by: 'group', up: true });
});

it('asks for the range and the filters, not for what is only shown', () => {
  expect(apiQuery(read('agent=a&attr=pf.x:1&sort=fees&by=asset')).toString()).toBe(
    'range=24h&agent=a&attr=pf.x%3A1',
  );
});

it('leads to decisions of the same range, though the default there is another', () => {
  expect(decisionsHref(read('tz=local&agent=a'), { asset: 'BTC', result: 'side:buy' })).toBe(
    '/decisions?agent=a&asset=BTC&result=side:buy&range=24h&tz=local',
  );
  expect(decisionsHref(read('range=1h'))).toBe('/decisions');
});
