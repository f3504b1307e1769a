import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../decisions/filter';
import { answer, figures, group } from './fixtures';
import { filterOf, groupName, netBars, resultOf, rowsOf } from './groups';
import { readPerformanceView } from './view';

const view = (search = '') => readPerformanceView(new URLSearchParams(search));

describe('rows', () => {
  const groups = [group('a', '3', { fees_usd: '1' }), group('b', '2', { fees_usd: '9' }), group(null, '1')];

  it('come in the order asked for, the others last', () => {
    const others = { ...figures({ net_usd: '99' }), groups: 2 };
    const found = (search: string) => rowsOf(answer('agent', groups, { others }), view(search));
    expect(found('').map((row) => row.name)).toEqual(['a', 'b', 'Not set', '2 others']);
    expect(found('sort=-net').map((row) => row.id)).toEqual(['none', '=b', '=a', 'others']);
    expect(found('sort=fees').map((row) => row.id)).toEqual(['=b', '=a', 'none', 'others']);
    expect(found('sort=group').map((row) => row.name)).toEqual(['Not set', 'b', 'a', '2 others']);
  });

  it('put those without a value last, whichever way', () => {
    const rates = [group('a', '0'), group('b', '0', { win_rate: 0.5 }), group('c', '0', { win_rate: 1 })];
    const names = (sort: string) => rowsOf(answer('agent', rates), view(`sort=${sort}`)).map((row) => row.name);
    expect(names('win')).toEqual(['c', 'b', 'a']);
    expect(names('-win')).toEqual(['b', 'c', 'a']);
  });

  it.each([
    ['agent', 'a', 'result=agent:a'],
    ['asset', null, 'result=asset'],
    ['side', 'sell', 'result=side:sell'],
    ['side', null, 'result=side'],
    ['hour', '14', 'result=hour:14'],
    ['attr:pf.x', '', 'result=attr:pf.x:'],
    ['attr:pf.x', null, 'result=attr:pf.x'],
  ])('by %s, %s, lead to the decisions behind them, over any range', (by, key, result) => {
    for (const range of ['1h', '24h', '7d']) {
      const [row] = rowsOf(answer(by, [group(key, '1')]), view(`range=${range}`));
      expect(row.href).toBe(`/decisions?${result}${range === '1h' ? '' : `&range=${range}`}`);
    }
  });

  it('lead to the decisions of a group that moved no money as its filter finds them, or nowhere', () => {
    const idle = { closed: 0, orders: 0, cycles: 9 };
    const hrefs = (by: string) =>
      rowsOf(answer(by, [group('a', '0', idle), group(null, '0', idle)]), view()).map((row) => row.href);
    expect(hrefs('agent')).toEqual(['/decisions?agent=a&range=24h', null]);
    expect(hrefs('hour')).toEqual([null, null]);
    const [paid] = rowsOf(answer('agent', [group('a', '-1', { ...idle, fees_usd: '1' })]), view());
    expect(paid.href).toBe('/decisions?result=agent:a&range=24h');
  });

  it('that stand for the others lead nowhere', () => {
    const [, others] = rowsOf(answer('agent', [group('a', '1')], { others: { ...figures(), groups: 1 } }), view());
    expect([others.name, others.href, others.only]).toEqual(['1 other', null, null]);
  });

  it('keep the filters that are on', () => {
    const [row] = rowsOf(answer('asset', [group('BTC', '1')]), view('by=asset&agent=a&asset=ETH&attr=pf.x:1'));
    expect(row.href).toBe('/decisions?agent=a&asset=ETH&result=asset:BTC&attr=pf.x:1&range=24h');
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

  it('of an attribute whose key has a colon is found by no filter', () => {
    expect(resultOf('attr:a:b', 'c')).toBeNull();
  });

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

describe('bars', () => {
  const bars = (...nets: string[]) =>
    netBars(rowsOf(answer('agent', nets.map((net, i) => group(String(i), net))), view('sort=group')).reverse());

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
