/**
 * The list itself: a grid of which only the visible rows exist. Focus stays on the grid and the selected row is its
 * active descendant, so neither scrolling nor live updates can take the focus away.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import type { TraceSummary } from '../api/types';
import type { Zone } from '../time';
import { moneyPx } from '../ui/figureWidth';
import { NARROW, useMedia } from '../ui/useMedia';
import { DecisionRow, rowId } from './DecisionRow';
import { netPnl } from './pnl';
import './list.css';

const HEADER_PX = 30;
const ROW_PX = 34;
const NARROW_ROW_PX = 56;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 20;

/** What the page's shortcuts do to the list. */
export interface ListHandle {
  /** Selects the row so many below (or above) the selected one, and puts the focus on the list. */
  move: (by: number) => void;
  focus: () => void;
  toTop: () => void;
}

interface Props {
  handle: Ref<ListHandle>;
  rows: readonly TraceSummary[];
  /** Of the whole answer, loaded or not. */
  total: number;
  fresh: ReadonlySet<string>;
  selected: string | null;
  zone: Zone;
  dated: boolean;
  /** The rows answer an earlier question; the answer to this one is on its way, or failed. */
  stale: boolean;
  initialScroll: number;
  onSelect: (traceId: string | null) => void;
  onOpen: (traceId: string) => void;
  onScroll: (top: number) => void;
  onNearEnd: () => void;
  /** The pointer came over a row, or left the rows. */
  onPoint: (over: boolean) => void;
  /** In place of rows: loading, empty or failed. */
  children?: ReactNode;
  foot?: ReactNode;
}

export function DecisionList(props: Props) {
  const { rows, total, fresh, selected, zone, dated, initialScroll, onSelect, onOpen, onScroll, onNearEnd, onPoint } =
    props;
  const grid = useRef<HTMLDivElement>(null);
  const narrow = useMedia(NARROW);
  const header = narrow ? 0 : HEADER_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => (narrow ? NARROW_ROW_PX : ROW_PX),
    getItemKey: (index) => rows[index].trace_id,
    paddingStart: header,
    scrollPaddingStart: header,
    overscan: 10,
    initialOffset: initialScroll,
  });
  useEffect(() => virtual.measure(), [virtual, narrow]);
  useLayoutEffect(() => {
    if (grid.current) grid.current.scrollTop = initialScroll;
    // Only where the list was left; from then on the person scrolls.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const pnlPx = useMemo(() => moneyPx(rows.map(netPnl)), [rows]);
  const items = virtual.getVirtualItems();
  const nearEnd = rows.length > 0 && (items.at(-1)?.index ?? 0) >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd) onNearEnd();
  }, [nearEnd, rows.length, onNearEnd]);

  const selectedIndex = selected === null ? -1 : rows.findIndex((row) => row.trace_id === selected);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current && selectedIndex >= 0) virtual.scrollToIndex(selectedIndex, { align: 'auto' });
    moved.current = false;
  }, [selectedIndex, virtual]);

  const move = (to: number): void => {
    if (rows.length === 0) return;
    moved.current = true;
    onSelect(rows[Math.max(0, Math.min(rows.length - 1, to))].trace_id);
  };
  useImperativeHandle(props.handle, () => ({
    move: (by) => {
      grid.current?.focus();
      move(selectedIndex < 0 ? 0 : selectedIndex + by);
    },
    focus: () => grid.current?.focus(),
    toTop: () => grid.current?.scrollTo({ top: 0 }),
  }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(
      1,
      Math.floor(((grid.current?.clientHeight ?? 0) - header) / (narrow ? NARROW_ROW_PX : ROW_PX)) - 1,
    );
    const to: Record<string, number> = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    if (event.key in to) move(to[event.key]);
    else if (event.key === 'Enter' && selected !== null && event.target === grid.current) onOpen(selected);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={grid}
      className={`decisions${dated ? ' dated' : ''}${props.stale ? ' stale' : ''}`}
      style={{ '--pnl': `${pnlPx}px` } as CSSProperties}
      aria-busy={props.stale}
      role="grid"
      aria-label="Decisions"
      aria-rowcount={total + 1}
      aria-activedescendant={selectedIndex >= 0 ? rowId(rows[selectedIndex].trace_id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
    >
      <Header />
      {rows.length === 0 ? (
        props.children
      ) : (
        <div
          className="decision-rows"
          role="rowgroup"
          style={{ height: virtual.getTotalSize() - header }}
          onPointerEnter={(event) => event.pointerType === 'mouse' && onPoint(true)}
          onPointerLeave={() => onPoint(false)}
        >
          {items.map((item) => {
            const trace = rows[item.index];
            return (
              <DecisionRow
                key={trace.trace_id}
                trace={trace}
                index={item.index}
                top={item.start - header}
                selected={item.index === selectedIndex}
                fresh={fresh.has(trace.trace_id)}
                zone={zone}
                dated={dated}
                onSelect={onSelect}
                onOpen={onOpen}
              />
            );
          })}
        </div>
      )}
      {rows.length > 0 && props.foot}
    </div>
  );
}

const COLUMNS: readonly (readonly [className: string, title: string])[] = [
  ['t', 'Time'],
  ['oc', 'Outcome'],
  ['ag', 'Agent'],
  ['what', 'Decision'],
  ['num cf', 'Conf.'],
  ['num sl', 'Slip, bps'],
  ['num pl', 'P&L'],
  ['num', 'Duration'],
];

function Header() {
  return (
    <div className="decisions-head" role="row" aria-rowindex={1}>
      {COLUMNS.map(([className, title]) => (
        <span key={title} className={className} role="columnheader">
          {title}
        </span>
      ))}
    </div>
  );
}
