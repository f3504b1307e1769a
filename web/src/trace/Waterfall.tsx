/**
 * The waterfall: a treegrid of virtualised rows over one canvas.
 *
 * The canvas lies inside the scrolled content and covers just the rows that exist in the DOM, so that scrolling moves
 * both together; it is drawn anew only when the window of rows moves on. Names and bars can never drift apart.
 */
import { type Range, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type MouseEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { moneyPx } from '../ui/figureWidth';
import { useSize } from '../ui/useSize';
import type { Frame } from './frame';
import { type Geometry, RULER_HEIGHT } from './geometry';
import { LaneRow, SpanRow, itemId } from './Row';
import { Ruler } from './Ruler';
import type { Rows } from './rows';
import { tickStep, ticks as ticksOf } from './scale';
import type { Story } from './useStory';
import { useCanvas } from './useCanvas';
import { useTip } from './useTip';
import { useWheel } from './useWheel';
import './waterfall.css';

const OVERSCAN = 10;
const LEAST_MONEY_PX = 72;
/** Between a name and its money. */
const GAP_PX = 8;

export interface WaterfallProps {
  story: Story;
  geometry: Geometry;
  frame: Omit<Frame, 'first' | 'end' | 'width' | 'bottom' | 'ticks'>;
  grid: RefObject<HTMLDivElement | null>;
  /** The address names the selected span. */
  asked: boolean;
  /** Pixels at the bottom that lie under a sheet. */
  covered: number;
  onOpen: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
}

export function Waterfall({ story, geometry, frame: base, grid, asked, covered, onOpen, onKeyDown }: WaterfallProps) {
  const { model, rows, view, selected, folded, foldedLanes, hits, marks, ledger } = story;
  const marked = useMemo(() => new Set(marks.map(({ row }) => row)), [marks]);
  const track = useRef<HTMLDivElement>(null);
  const { width } = useSize(track);
  const step = tickStep(view, width);
  const ticks = useMemo(() => ticksOf(view, step), [view, step]);

  const longest = useMemo(() => moneyPx(Array.from(model.money, (at) => model.strings[at])), [model]);
  const selectedItem = rows.shownAt[selected] ?? -1;
  const rangeExtractor = useCallback(
    (range: Range) => {
      const items = new Set(defaultRangeExtractor(range));
      items.add(headerOver(rows, range.startIndex));
      // aria-activedescendant must point to an element that exists.
      if (selectedItem >= 0) items.add(selectedItem);
      return [...items].sort((a, b) => a - b);
    },
    [rows, selectedItem],
  );
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => grid.current,
    // New functions make it measure anew, which is for when rows were folded, filtered or received.
    estimateSize: useCallback((item: number) => rows.top[item + 1] - rows.top[item], [rows]),
    getItemKey: useCallback((item: number) => rows.item[item] ?? item, [rows]),
    overscan: OVERSCAN,
    rangeExtractor,
    // The ruler lies over the scrolled list, below it the header of the lane.
    scrollPaddingStart: geometry.laneHeight,
    scrollPaddingEnd: RULER_HEIGHT + covered + 8,
  });

  const items = virtualizer.getVirtualItems();
  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {};
  const first = Math.max(0, startIndex - OVERSCAN);
  const end = Math.min(rows.count, endIndex + 1 + OVERSCAN);
  const stuck = headerOver(rows, startIndex);
  const bottom = (virtualizer.scrollRect?.height ?? 0) - RULER_HEIGHT;
  const frame: Frame = { ...base, first, end, width, bottom, ticks };
  const canvas = useCanvas(frame);

  useFollow(selectedItem, story.moves, covered, asked, (item) => virtualizer.scrollToIndex(item, { align: 'auto' }));
  useWheel(grid, track, story);
  const tip = useTip(frame, track);

  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const target = event.target as Element;
    const fold = target.closest('[data-fold]');
    const lane = target.closest('[data-lane]');
    const row = target.closest('[data-row]');
    if (fold) story.toggleFold(Number(fold.getAttribute('data-fold')));
    else if (lane) story.toggleLane(Number(lane.getAttribute('data-lane')));
    else if (row) {
      story.select(Number(row.getAttribute('data-row')));
      onOpen();
    }
  };

  return (
    <div
      ref={grid}
      className={geometry.narrow ? 'rows narrow' : 'rows'}
      style={{ '--money': `${Math.max(LEAST_MONEY_PX, GAP_PX + longest)}px` } as CSSProperties}
      role="treegrid"
      tabIndex={0}
      aria-label="Spans"
      aria-rowcount={rows.count + 1}
      aria-colcount={4}
      aria-activedescendant={selectedItem >= 0 ? itemId(rows.item[selectedItem]) : undefined}
      onClick={onClick}
      onDoubleClick={() => story.zoomToSpan(selected)}
      onKeyDown={onKeyDown}
      {...tip.handlers}
    >
      <Ruler view={view} ticks={ticks} step={step} />
      <div role="rowgroup" className="inner" style={{ height: rows.top[rows.count] }}>
        {items.map(({ index, start }) => {
          const row = rows.item[index];
          if (row < 0) {
            const lane = -1 - row;
            const isFolded = foldedLanes.has(lane);
            return <LaneRow key={row} lane={model.lanes[lane]} laneIndex={lane} index={index + 2} top={start} stuck={index === stuck} active={index === selectedItem} folded={isFolded} />;
          }
          const match = hits ? (hits[row] ? 'hit' : 'dim') : '';
          return <SpanRow key={row} model={model} row={row} index={index + 2} top={start} selected={row === selected} active={index === selectedItem} folded={folded.has(row)} issue={marked.has(row)} ledger={ledger.get(row)?.state} match={match} />;
        })}
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <div ref={track} className="track-measure" aria-hidden="true" />
      {tip.element}
    </div>
  );
}

/** Header of the lane that the item is in. */
const headerOver = ({ headers }: Rows, item: number): number => headers.findLast((header) => header <= item) ?? 0;

/**
 * Scrolls to the selected row when it was moved to, and not when rows were folded or a click had selected it. A link
 * to a span scrolls to it once; a plain address begins at the top.
 */
function useFollow(item: number, moves: number, covered: number, asked: boolean, scrollTo: (item: number) => void): void {
  const latest = useRef({ item, scrollTo, asked });
  useLayoutEffect(() => {
    latest.current = { item, scrollTo, asked };
  });
  useEffect(() => {
    const now = latest.current;
    if (now.item >= 0 && (moves > 0 || now.asked)) now.scrollTo(now.item);
    // A sheet that is raised must not cover what it is about.
  }, [moves, covered]);
}
