import { describe, expect, it } from 'vitest';
import { writeZone } from '../zone';
import { NO_FILTER } from './filter';
import {
  apiQuery,
  frozenAddress,
  lastRange,
  readView,
  writeFilter,
  writeOutcome,
  writeRange,
  writeSelected,
} from './view';
import { parseWall, wallText } from './wallTime';

const read = (search: string) => readView(new URLSearchParams(search));
const NOW = Date.UTC(2026, 10, 20, 14, 32);

describe('readView', () => {
  it('has defaults for an empty address', () => {
    expect(read('')).toEqual({
      range: { kind: 'last', text: '1h', ms: 3_600_000 },
      zone: 'utc',
      filter: NO_FILTER,
      outcome: null,
      selected: null,
    });
  });

  it('reads everything that changes what is seen', () => {
    const view = read(
      'from=2026-11-20T14:00:00Z&to=2026-11-20T14:30:00Z&tz=local&outcome=failed&sel=4f1c&agent=a&asset=BTC&status=error&name=pf.trade.execute&min_duration_ms=500&attr=pf.x:1&attr=pf.url:http://h&result=attr:pf.y:z&q=low',
    );
    expect(view).toEqual({
      range: { kind: 'between', fromMs: Date.UTC(2026, 10, 20, 14), toMs: Date.UTC(2026, 10, 20, 14, 30) },
      zone: 'local',
      outcome: 'failed',
      selected: '4f1c',
      filter: {
        agent: 'a',
        asset: 'BTC',
        status: 'error',
        name: 'pf.trade.execute',
        minDurationMs: '500',
        attributes: [
          { key: 'pf.x', value: '1' },
          { key: 'pf.url', value: 'http://h' },
        ],
        result: 'attr:pf.y:z',
        text: 'low',
      },
    });
  });

  it('reads ends in Unix nanoseconds', () => {
    expect(read('from=1795185127000000000&to=1795185128000000000').range).toEqual({
      kind: 'between',
      fromMs: 1_795_185_127_000,
      toMs: 1_795_185_128_000,
    });
  });

  it.each([
    'range=soon',
    'range=0h',
    'from=yesterday&to=today',
    'from=2026-11-20T15:00:00Z&to=2026-11-20T14:00:00Z',
    'from=2026-11-20T15:00:00Z',
  ])('falls back to the last hour for %s', (search) => expect(read(search).range).toMatchObject({ text: '1h' }));

  it('ignores an outcome that does not exist', () => expect(read('outcome=won').outcome).toBeNull());
});

describe('writing', () => {
  it('gives back the view it came from', () => {
    const search =
      'range=6h&tz=local&outcome=failed&sel=4f1c&agent=a&min_duration_ms=500&attr=pf.x:1&attr=pf.y:2&q=low';
    const view = read(search);
    const written = new URLSearchParams();
    writeFilter(written, view.filter);
    writeRange(written, view.range);
    writeZone(written, view.zone);
    writeOutcome(written, view.outcome);
    writeSelected(written, view.selected);
    expect(readView(written)).toEqual(view);
  });

  it('leaves defaults out', () => {
    const search = new URLSearchParams('range=6h&tz=local&outcome=failed&agent=a');
    writeRange(search, lastRange('1h')!);
    writeZone(search, 'utc');
    writeOutcome(search, null);
    writeFilter(search, NO_FILTER);
    expect(search.toString()).toBe('');
  });
});

describe('frozenAddress', () => {
  it('turns a relative range into its two ends and keeps the rest', () => {
    expect(frozenAddress('http://127.0.0.1:4318/decisions?range=15m&agent=a&attr=pf.x:1', NOW)).toBe(
      'http://127.0.0.1:4318/decisions?agent=a&attr=pf.x:1&from=2026-11-20T14:17:00Z&to=2026-11-20T14:32:00Z',
    );
  });
  it('freezes the default range, too', () => {
    expect(frozenAddress('http://h/', NOW)).toBe('http://h/?from=2026-11-20T13:32:00Z&to=2026-11-20T14:32:00Z');
  });
  it('does not move ends that are fixed', () => {
    const address = 'http://h/?from=2026-11-20T13:00:00Z&to=2026-11-20T14:00:00Z';
    expect(frozenAddress(address, NOW)).toBe(address);
  });
});

describe('apiQuery', () => {
  it('asks for what the address shows', () => {
    const view = read('agent=a&attr=pf.x:1&attr=pf.y:2&outcome=flight&sel=4f1c&tz=local');
    expect(apiQuery(view, 50).toString()).toBe('range=1h&agent=a&attr=pf.x%3A1&attr=pf.y%3A2&outcome=flight&limit=50');
  });
});

describe('typed times', () => {
  it('go there and back', () => {
    expect(wallText(NOW, 'utc')).toBe('2026-11-20 14:32');
    expect(parseWall('2026-11-20 14:32', 'utc')).toBe(NOW);
    expect(parseWall(wallText(NOW, 'local'), 'local')).toBe(NOW);
    expect(parseWall('2026-11-20', 'utc')).toBe(Date.UTC(2026, 10, 20));
  });
  it.each(['', 'noon', '2026-02-31 10:00', '2026-13-01 10:00', '20.11.2026'])('refuse "%s"', (text) => {
    expect(parseWall(text, 'utc')).toBeNull();
  });
});
