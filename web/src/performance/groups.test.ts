import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../decisions/filter';
import { lastRange } from '../decisions/view';
import { answer, figures, group } from './fixtures';
import { filterOf, groupName, hourWithin, netBars, rowsOf } from './groups';
import { readPerformanceView } from './view';

const NOW = Date.UTC(2026, 10, 20, 14, 30);
const view = (search = '') => readPerformanceView(new URLSearchParams(search));

describe('rows', () => {
  const groups = [group('a', '3', { fees_usd: '1' }), group('b', '2', { fees_usd: '9' }), group(null, '1')];

  it('come in the order asked for, the others last', () => {
    const others = { ...figures({ net_usd: '99' }), groups: 2 };
    const found = (search: string) => rowsOf(answer('agent', groups, { others }), view(search), NOW);
    expect(found('').map((row) => row.name)).toEqual(['a', 'b', 'Not set', '2 others']);
    expect(found('sort=-net').map((row) => row.id)).toEqual(['none', '=b', '=a', 'others']);
    expect(found('sort=fees').map((row) => row.id)).toEqual(['=b', '=a', 'none', 'others']);
    expect(found('sort=group').map((row) => row.name)).toEqual(['Not set', 'b', 'a', '2 others']);
  });

  it('put those without a value last, whichever way', () => {
    const rates = [group('a', '0'), group('b', '0', { win_rate: 0.5 }), group('c', '0', { win_rate: 1 })];
    const names = (sort: string) => rowsOf(answer('agent', rates), view(`sort=${sort}`), NOW).map((row) => row.name);
    expect(names('win')).toEqual(['c', 'b', 'a']);
    expect(names('-win')).toEqual(['b', 'c', 'a']);
  });

  it('lead to the decisions that traded, or to all of them where bets were settled', () => {
    const [traded, bet] = rowsOf(answer('agent', [group('a', '2'), group('b', '1', { bets: 1 })]), view(), NOW);
    expect(traded.href).toBe('/decisions?agent=a&range=24h&outcome=traded');
    expect(bet.href).toBe('/decisions?agent=b&range=24h');
  });

  it('lead nowhere when no filter says the same', () => {
    const rows = rowsOf(
      answer('strategy', [group(null, '1')], { others: { ...figures(), groups: 1 } }),
      view('by=strategy'),
      NOW,
    );
    expect(rows.map(({ name, href, only }) => [name, href, only])).toEqual([
      ['No strategy', null, null],
      ['1 other', null, null],
    ]);
  });

  it('keep the filters that are on, and replace one of the same name', () => {
    const [row] = rowsOf(answer('asset', [group('BTC', '1')]), view('by=asset&agent=a&asset=ETH&attr=pf.x:1'), NOW);
    expect(row.href).toBe('/decisions?agent=a&asset=BTC&attr=pf.x:1&range=24h&outcome=traded');
  });
});

describe('a group', () => {
  it.each([
    ['agent', 'a', { agent: 'a' }],
    ['asset', 'BTC', { asset: 'BTC' }],
    ['strategy', 's', { attributes: [{ key: 'pf.strategy', value: 's' }] }],
    ['release', '1.0', { attributes: [{ key: 'service.version', value: '1.0' }] }],
    ['side', 'buy', { attributes: [{ key: 'pf.side', value: 'buy' }] }],
    ['attr:pf.x', 'y:z', { attributes: [{ key: 'pf.x', value: 'y:z' }] }],
    ['attr:pf.x', '', null],
    ['hour', '14', null],
    ['agent', null, null],
  ])('by %s, called %s, is found so', (by, key, filter) => expect(filterOf(by, key, NO_FILTER)).toEqual(filter));

  it('of an attribute that is filtered already takes its place', () => {
    const filter = { ...NO_FILTER, attributes: [{ key: 'pf.x', value: 'old' }] };
    expect(filterOf('attr:pf.x', 'new', filter)).toEqual({ attributes: [{ key: 'pf.x', value: 'new' }] });
  });

  it.each([
    ['hour', '07', '07:00 UTC'],
    ['side', 'sell', 'Sell'],
    ['asset', null, 'No asset'],
    ['attr:pf.x', null, 'Not set'],
    ['attr:pf.x', '', '(empty)'],
  ])('by %s, %s, is called %s', (by, key, name) => expect(groupName(by, key)).toBe(name));
});

describe('an hour of the day', () => {
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute);

  it('is the one within the last 24 hours', () => {
    expect(hourWithin(lastRange('24h')!, '09', NOW)).toEqual({ kind: 'between', fromMs: at(20, 9), toMs: at(20, 10) });
    expect(hourWithin(lastRange('24h')!, '20', NOW)).toEqual({ kind: 'between', fromMs: at(19, 20), toMs: at(19, 21) });
  });

  it('is cut where the range ends, and is none when there are two or it lies outside', () => {
    expect(hourWithin(lastRange('1h')!, '13', NOW)).toEqual({ kind: 'between', fromMs: at(20, 13, 30), toMs: at(20, 14) });
    expect(hourWithin(lastRange('1h')!, '14', NOW)).toEqual({ kind: 'between', fromMs: at(20, 14), toMs: NOW });
    expect(hourWithin(lastRange('1h')!, '09', NOW)).toBeNull();
    expect(hourWithin(lastRange('24h')!, '14', NOW)).toBeNull();
    expect(hourWithin(lastRange('7d')!, '09', NOW)).toBeNull();
  });
});

describe('bars', () => {
  const bars = (...nets: string[]) =>
    netBars(rowsOf(answer('agent', nets.map((net, i) => group(String(i), net))), view('sort=group'), NOW).reverse());

  it('grow to either side of one zero', () => {
    expect(bars('30', '-10')).toEqual({
      zero: 25,
      bars: [
        { left: 25, width: 75 },
        { left: 0, width: 25 },
      ],
    });
  });
  it('begin at the edge when nothing was lost, and are none for nothing', () => {
    expect(bars('4', '1')).toEqual({ zero: 0, bars: [{ left: 0, width: 100 }, { left: 0, width: 25 }] });
    expect(bars('0', '0')).toEqual({ zero: 0, bars: [{ left: 0, width: 0 }, { left: 0, width: 0 }] });
    expect(bars()).toEqual({ zero: 0, bars: [] });
  });
});
