import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../api/types';
import { EPOCH_NS, TRACE, attr, drawn, idOf, modelOf, summary } from './fixtures';
import { Flag, has, rowOfSpan, spanId } from './model';

const OTHER = 'f'.repeat(32);
const flight = () => summary({ outcome: 'flight' });

describe('lanes and rows', () => {
  it('draws one lane per agent in the order of first spans, the venue last, siblings by time', () => {
    const model = modelOf([
      { id: '9', from: 1, to: 2, agent: '', service: 'purple-flea', resource: 1, name: 'match' },
      { id: '1', from: 2, to: 90, name: 'cycle' },
      { id: '3', parent: '1', from: 40, to: 50, name: 'order' },
      { id: '2', parent: '1', from: 5, to: 9, name: 'balance' },
      { id: '4', parent: '3', from: 41, to: 49, kind: 'client', name: 'POST /trading/order' },
      { id: '5', parent: '3', from: 60, to: 80, agent: 'beta', name: 'task' },
    ]);
    expect(drawn(model)).toEqual([
      '# alpha',
      'cycle',
      '  balance',
      '  order',
      '    POST /trading/order',
      '# beta',
      'task',
      '# purple-flea',
      'match',
    ]);
    expect(model.lanes.map((lane) => lane.venue)).toEqual([false, false, true]);
    expect([...model.size]).toEqual([4, 1, 2, 1, 1, 1]);
    expect(model.parent[4]).toBe(2);
  });

  it('keeps times exact that lie beyond 2^53', () => {
    const model = modelOf([{ id: '1', from: 0.000001, to: 0.000003 }]);
    expect(model.originNs).toBe((EPOCH_NS + 1n).toString());
    expect(model.end[0] - model.start[0]).toBe(2);
  });

  it('finds a row by its span id', () => {
    const model = modelOf([{ id: 'deadbeef00000001', from: 0, to: 1 }]);
    expect(rowOfSpan(model, 'deadbeef00000001')).toBe(0);
    expect(spanId(model, 0)).toBe('deadbeef00000001');
    expect(rowOfSpan(model, 'nonsense')).toBe(-1);
  });

  it('holds a chain of 50,000 spans', () => {
    const chain = Array.from({ length: 50_000 }, (_, at) => {
      const id = (at + 1).toString(16);
      return { id, parent: at === 0 ? undefined : at.toString(16), from: at / 1000, to: 60 };
    });
    const model = modelOf(chain);
    expect(model.depth[49_999]).toBe(49_999);
    expect(model.size[0]).toBe(50_000);
  });

  it('has no rows for a trace without spans', () => {
    const model = modelOf([]);
    expect([model.count, model.endNs, model.nowNs]).toEqual([0, 0, null]);
  });
});

describe('what was not received', () => {
  it('puts one placeholder in the place of a missing parent, as long as its children', () => {
    const model = modelOf([
      { id: '2', parent: '1', from: 10, to: 20 },
      { id: '3', parent: '1', from: 30, to: 45 },
    ]);
    expect(drawn(model)).toEqual(['# alpha', 'parent not received', '  span 2', '  span 3']);
    expect(has(model, 0, Flag.missing)).toBe(true);
    expect(has(model, 0, Flag.open)).toBe(false);
    expect([model.start[0], model.end[0], model.position[0]]).toEqual([0, 35e6, -1]);
    expect(spanId(model, 0)).toBe(idOf('1'));
  });

  it('keeps the missing root of an unfinished story open up to now', () => {
    const model = modelOf([{ id: '2', parent: '1', from: 0, to: 20 }], { summary: flight() }, 500);
    expect(has(model, 0, Flag.open)).toBe(true);
    expect([model.end[0], model.nowNs, model.endNs]).toEqual([500e6, 500e6, 500e6]);
  });

  it('draws no now line for a story that has been silent for hours', () => {
    const model = modelOf([{ id: '2', parent: '1', from: 0, to: 20 }], { summary: flight() }, 3 * 3600e3);
    expect([model.nowNs, model.endNs]).toEqual([null, 20e6]);
  });

  it('runs a span without an end up to now', () => {
    const model = modelOf([{ id: '1', from: 0, to: null }], {}, 80);
    expect(has(model, 0, Flag.open)).toBe(true);
    expect(OUTCOMES[model.outcome[0]]).toBe('flight');
    expect(model.end[0]).toBe(80e6);
  });

  it('cuts parent links that run in a circle, at the earliest span', () => {
    const model = modelOf([
      { id: '1', parent: '1', from: 50, to: 60 },
      { id: '2', parent: '4', from: 1, to: 9 },
      { id: '3', parent: '2', from: 2, to: 9 },
      { id: '4', parent: '3', from: 3, to: 9 },
    ]);
    expect(drawn(model)).toEqual(['# alpha', 'span 2', '  span 3', '    span 4', 'span 1']);
    expect(has(model, 0, Flag.loop)).toBe(true);
    expect(has(model, 1, Flag.loop)).toBe(false);
  });
});

describe('linked traces', () => {
  it('are one story: their spans are rows, their links point at rows', () => {
    const link = { trace_id: TRACE, span_id: idOf('1'), trace_state: '', attributes: [] };
    const elsewhere = { trace_id: 'e'.repeat(32), span_id: idOf('1'), trace_state: '', attributes: [] };
    const model = modelOf(
      [
        { id: '1', from: 0, to: 10 },
        { id: '7', trace_id: OTHER, agent: 'beta', from: 20, to: 30, links: [link, elsewhere] },
      ],
      { traces: [TRACE, OTHER] },
    );
    expect([...model.trace]).toEqual([0, 1]);
    expect([[...model.linkHolder], [...model.linkTarget]]).toEqual([[1], [0]]);
    expect([has(model, 1, Flag.linksOut), has(model, 0, Flag.linkedFrom)]).toEqual([true, true]);
  });

  it('are none where a decision only follows another', () => {
    const before = { trace_id: TRACE, span_id: idOf('1'), trace_state: '', attributes: [attr('pf.link.type', 'string', 'previous_cycle')] };
    const model = modelOf([
      { id: '1', from: 0, to: 10 },
      { id: '2', from: 20, to: 30, links: [before] },
    ]);
    expect([...model.linkHolder]).toEqual([]);
    expect([has(model, 1, Flag.linksOut), has(model, 0, Flag.linkedFrom)]).toEqual([false, false]);
  });
});

describe('what a row says', () => {
  const row = (name: string, ...attributes: ReturnType<typeof attr>[]) => modelOf([{ id: '1', from: 0, to: 150, name, attributes }]);

  it('shows profit or loss before the fee, with the venue\'s decimals', () => {
    const model = row('pf.trade.execute', attr('pf.fee_usd', 'double', 0.51), attr('pf.pnl_usd', 'double', -6.1));
    expect([model.strings[model.money[0]], model.pnl[0], has(model, 0, Flag.pnl)]).toEqual(['-6.1', -6.1, true]);
  });

  it('shows a fee as what it cost, and a fee of nothing not at all', () => {
    const fee = row('pf.trade.execute', attr('pf.fee_usd', 'double', 0.51));
    const none = row('pf.trade.execute', attr('pf.fee_usd', 'double', 0));
    expect([fee.strings[fee.money[0]], none.strings[none.money[0]]]).toEqual(['-0.51', '']);
  });

  it('names the risk check, marks what is slow, and says what went wrong', () => {
    const check = row('risk.check', attr('pf.risk.check', 'string', 'net_vega'), attr('pf.risk.passed', 'bool', false));
    expect(check.strings[check.name[0]]).toBe('risk.check net_vega');
    expect(OUTCOMES[check.outcome[0]]).toBe('rejected');
    expect(has(row('pf.signal.analysis'), 0, Flag.slow)).toBe(true);
    const failed = modelOf([
      { id: '1', from: 0, to: 1, status: 'error', status_message: 'ServerError', attributes: [attr('http.response.status_code', 'int', '503')] },
    ]);
    expect(failed.strings[failed.message[0]]).toBe('503 Service Unavailable');
  });

  it.each(['pf.bet_outcome', 'pf.escrow_status'])('knows from %s that an answer was lost', (key) => {
    const model = modelOf([{ id: '1', from: 0, to: 1, status: 'error', attributes: [attr(key, 'string', 'unknown')] }]);
    expect(OUTCOMES[model.outcome[0]]).toBe('unknown');
  });

  it('knows an order whose fate is unknown from one that failed', () => {
    const model = modelOf([
      { id: '1', from: 0, to: 1, status: 'error', attributes: [attr('pf.order.state', 'string', 'unknown')] },
    ]);
    expect(OUTCOMES[model.outcome[0]]).toBe('unknown');
    expect(has(model, 0, Flag.unknown)).toBe(true);
  });
});
