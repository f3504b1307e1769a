/** The story on the screen: what was loaded, seen through the view, and everything a person can do with it. */
import { useCallback, useMemo, useState } from 'react';
import { OUTCOMES } from '../api/types';
import type { LedgerSpan } from '../ledger/shapes';
import type { Geometry } from './geometry';
import { type Connectors, connectors } from './links';
import { Flag, type TraceModel, has, rowOfSpan, spanId } from './model';
import { type Rows, foldsOver, visibleRows } from './rows';
import { type View, around, parseView, wholeView } from './scale';
import type { Mark } from './issues';
import { useHits } from './useHits';
import { useTraceIssues } from './useTraceIssues';
import { useTraceLedger } from './useTraceLedger';
import type { LoadedTrace } from './useTrace';
import type { ChangeView } from './useView';
import { type ViewState, laneIndexes, zoomText } from './view';

export interface Story extends LoadedTrace {
  connectors: Connectors;
  rows: Rows;
  hits: Uint8Array | null;
  /** Where issues happened. */
  marks: readonly Mark[];
  /** Rows whose span names an entry of a ledger, and whether it is there. */
  ledger: ReadonlyMap<number, LedgerSpan>;
  selected: number;
  folded: ReadonlySet<number>;
  foldedLanes: ReadonlySet<number>;
  whole: View;
  view: View;
  /** Goes up each time the selection should be scrolled to. */
  moves: number;
  select: (row: number) => void;
  /** Selects a row, opens what hides it and scrolls to it. */
  goTo: (row: number) => void;
  toggleFold: (row: number) => void;
  toggleLane: (lane: number) => void;
  setView: (view: View) => void;
  zoomToSpan: (row: number) => void;
}

export function useStory(loaded: LoadedTrace, state: ViewState, change: ChangeView, geometry: Geometry): Story {
  const { model } = loaded;
  const hits = useHits(loaded, state.find);
  const marks = useTraceIssues(model);
  const ledger = useTraceLedger(model);
  const folded = useMemo(() => new Set(state.folded.map((id) => rowOfSpan(model, id)).filter((row) => row >= 0)), [model, state.folded]);
  const foldedLanes = useMemo(() => laneIndexes(model, state.foldedLanes), [model, state.foldedLanes]);
  const rows = useMemo(
    () =>
      visibleRows(model, {
        collapsed: folded,
        collapsedLanes: foldedLanes,
        hits,
        only: state.only,
        heights: { span: geometry.rowHeight, lane: geometry.laneHeight },
      }),
    [model, folded, foldedLanes, hits, state.only, geometry],
  );
  const whole = useMemo(() => wholeView(model.endNs), [model]);
  const view = useMemo(() => parseView(state.zoom, whole) ?? whole, [state.zoom, whole]);
  const selected = useMemo(() => {
    const asked = rowOfSpan(model, state.span);
    return asked >= 0 ? asked : likeliestRow(model);
  }, [model, state.span]);
  const edges = useMemo(() => connectors(model), [model]);
  const actions = useActions({ model, folded, foldedLanes, whole }, change);
  return { ...loaded, connectors: edges, rows, hits, marks, ledger, selected, folded, foldedLanes, whole, view, ...actions };
}

type Seen = Pick<Story, 'model' | 'folded' | 'foldedLanes' | 'whole'>;

function useActions({ model, folded, foldedLanes, whole }: Seen, change: ChangeView) {
  const [moves, setMoves] = useState(0);
  const select = useCallback((row: number) => change({ span: spanId(model, row) }), [change, model]);
  const setFolded = useCallback(
    (rows: Iterable<number>) => change({ folded: Array.from(rows, (row) => spanId(model, row)) }),
    [change, model],
  );
  const setFoldedLanes = useCallback(
    (lanes: Iterable<number>) => change({ foldedLanes: Array.from(lanes, (lane) => model.lanes[lane].agent) }),
    [change, model],
  );
  const toggleFold = useCallback((row: number) => setFolded(toggled(folded, row)), [folded, setFolded]);
  const toggleLane = useCallback((lane: number) => setFoldedLanes(toggled(foldedLanes, lane)), [foldedLanes, setFoldedLanes]);
  const goTo = useCallback(
    (row: number) => {
      const hidden = foldsOver(model, row, folded);
      if (hidden.length > 0) setFolded([...folded].filter((each) => !hidden.includes(each)));
      if (foldedLanes.has(model.lane[row])) toggleLane(model.lane[row]);
      select(row);
      setMoves((count) => count + 1);
    },
    [model, folded, foldedLanes, setFolded, toggleLane, select],
  );
  const setView = useCallback((view: View) => change({ zoom: zoomText(view, whole) }), [change, whole]);
  const zoomToSpan = useCallback(
    (row: number) => setView(around(model.start[row], model.end[row], whole)),
    [model, setView, whole],
  );
  return { moves, select, goTo, toggleFold, toggleLane, setView, zoomToSpan };
}

function toggled(set: ReadonlySet<number>, each: number): Set<number> {
  const next = new Set(set);
  if (!next.delete(each)) next.add(each);
  return next;
}

const TRADES = new Set(['pf.trade.execute', 'pf.trade.close']);

/** What a person most likely came for: money in doubt, made, lost or spent; else what said no or failed; else the root. */
function likeliestRow(model: TraceModel): number {
  const find = (test: (row: number) => boolean): number => {
    for (let row = 0; row < model.count; row++) if (test(row)) return row;
    return -1;
  };
  const isTrade = (row: number): boolean => TRADES.has(model.strings[model.name[row]]);
  const isLeaf = (row: number): boolean => model.size[row] === 1;
  const tests = [
    (row: number) => isTrade(row) && has(model, row, Flag.unknown | Flag.open),
    (row: number) => isTrade(row) && has(model, row, Flag.pnl),
    isTrade,
    (row: number) => isLeaf(row) && OUTCOMES[model.outcome[row]] === 'rejected',
    (row: number) => isLeaf(row) && has(model, row, Flag.error),
  ];
  for (const test of tests) {
    const row = find(test);
    if (row >= 0) return row;
  }
  return 0;
}
