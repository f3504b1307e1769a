import { describe, expect, it } from 'vitest';
import { modelOf } from './fixtures';
import { connectors, linkedFrom } from './links';
import { type RowOptions, foldsOver, itemAt, stepItem, visibleRows } from './rows';

/** rows: 0 cycle › 1 order › 2 POST, 3 balance │ 4 task › 5 signal */
const model = modelOf([
  { id: '1', from: 0, to: 90, name: 'cycle' },
  { id: '2', parent: '1', from: 5, to: 50, name: 'order' },
  { id: '3', parent: '2', from: 6, to: 49, name: 'POST' },
  { id: '4', parent: '1', from: 60, to: 70, name: 'balance' },
  { id: '5', parent: '3', from: 20, to: 48, agent: 'beta', name: 'task' },
  { id: '6', parent: '5', from: 21, to: 47, agent: 'beta', name: 'signal' },
]);
const show = (change: Partial<RowOptions> = {}) =>
  visibleRows(model, {
    collapsed: new Set(),
    collapsedLanes: new Set(),
    hits: null,
    only: false,
    heights: { span: 28, lane: 32 },
    ...change,
  });

describe('visible rows', () => {
  it('are lane headers and spans, at their heights', () => {
    const rows = show();
    expect([...rows.item]).toEqual([-1, 0, 1, 2, 3, -2, 4, 5]);
    expect([...rows.top]).toEqual([0, 32, 60, 88, 116, 144, 176, 204, 232]);
    expect(rows.headers).toEqual([0, 5]);
  });

  it('fold a subtree into its row, which stands for what it hides', () => {
    const rows = show({ collapsed: new Set([1]) });
    expect([...rows.item]).toEqual([-1, 0, 1, 3, -2, 4, 5]);
    expect([...rows.shownAt]).toEqual([1, 2, 2, 3, 5, 6]);
  });

  it('fold a lane into its header', () => {
    const rows = show({ collapsedLanes: new Set([0]) });
    expect([...rows.item]).toEqual([-1, -2, 4, 5]);
    expect([...rows.shownAt]).toEqual([0, 0, 0, 0, 2, 3]);
  });

  it('show matches only with their ancestors, through folds, and no lane without a match', () => {
    const rows = show({ only: true, hits: Uint8Array.from([0, 0, 1, 0, 0, 0]), collapsed: new Set([0]) });
    expect([...rows.item]).toEqual([-1, 0, 1, 2]);
    expect([...rows.shownAt]).toEqual([1, 2, 3, -1, -1, -1]);
  });

  it('know which folds hide a row', () => {
    expect(foldsOver(model, 2, new Set([0, 1, 4]))).toEqual([1, 0]);
    expect(foldsOver(model, 5, new Set([4]))).toEqual([4]);
  });

  it('are found by their distance from the top', () => {
    const rows = show();
    expect([0, 31, 32, 143, 144, 9999].map((y) => itemAt(rows, y))).toEqual([0, 0, 1, 4, 5, 7]);
  });

  it('are stepped through without the headers, and end where they end', () => {
    const rows = show();
    expect([stepItem(rows, 4, 1), stepItem(rows, 6, -1), stepItem(rows, 1, -1), stepItem(rows, 7, 1)]).toEqual([6, 4, 1, 7]);
  });
});

describe('connectors', () => {
  it('join a span to its cause in another lane', () => {
    const { count, cause, effect } = connectors(model);
    expect([count, [...cause], [...effect]]).toEqual([1, [2], [4]]);
  });

  it('join linked spans, cause first, and are known from both ends', () => {
    const link = (id: string) => ({ trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: id.padStart(16, '0'), trace_state: '', attributes: [] });
    const linked = modelOf([
      { id: '1', from: 0, to: 10 },
      { id: '2', from: 20, to: 30, agent: 'beta', links: [link('1')] },
    ]);
    const { cause, effect } = connectors(linked);
    expect([[...cause], [...effect]]).toEqual([[0], [1]]);
    expect([linkedFrom(linked, 0), linkedFrom(linked, 1)]).toEqual([[1], []]);
  });
});
