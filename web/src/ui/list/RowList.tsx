/**
 * A list of things to do, with boxes for bulk actions. Focus stays on the grid and the selected row is its active
 * descendant, so that live updates cannot take the focus away. Rows are all there; the browser lays out only those that
 * are seen. Columns and what stands in them are the page's; so is their CSS, from `--columns` and `--row-px` on.
 */
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { rowId, type RowPlace } from './ListRow';
import { ticksOf, type Ticks } from './ticks';
import './list.css';

/** Pixels before the end at which more rows are asked for. */
const AHEAD_PX = 600;
/** Rows that a page key moves by. */
const PAGE = 15;

/** What the page's shortcuts do to the list. */
export interface ListHandle {
  move: (by: number) => void;
  toTop: () => void;
}

export type Columns = readonly (readonly [className: string, title: string])[];

interface Props<T> {
  handle: Ref<ListHandle>;
  label: string;
  className: string;
  columns: Columns;
  rows: readonly T[];
  row: (item: T, place: RowPlace) => ReactNode;
  total: number;
  selected: number | null;
  ticks: Ticks;
  /** The rows answer an earlier question. */
  stale?: boolean;
  onSelect: (id: number) => void;
  onTick: (id: number) => void;
  onTickAll: () => void;
  onOpen: (id: number) => void;
  onScroll?: (top: number) => void;
  onNearEnd?: () => void;
  /** The pointer came over a row, or left the rows. */
  onPoint: (over: boolean) => void;
  /** Below the rows. */
  foot?: ReactNode;
  /** In place of rows: loading, empty or failed. */
  children: ReactNode;
}

export function RowList<T extends { id: number }>(props: Props<T>) {
  const { rows, selected, ticks, stale = false, onSelect, onTick, onOpen, onPoint } = props;
  const grid = useRef<HTMLDivElement>(null);
  const at = selected === null ? -1 : rows.findIndex(({ id }) => id === selected);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current && selected !== null) document.getElementById(rowId(selected))?.scrollIntoView({ block: 'nearest' });
    moved.current = false;
  }, [selected]);
  const move = (to: number): void => {
    if (rows.length === 0) return;
    moved.current = true;
    onSelect(rows[Math.max(0, Math.min(rows.length - 1, to))].id);
  };
  useImperativeHandle(props.handle, () => ({
    move: (by) => {
      grid.current?.focus();
      move(at < 0 ? 0 : at + by);
    },
    toTop: () => grid.current?.scrollTo({ top: 0 }),
  }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === ' ' && selected !== null && event.target === grid.current) onTick(selected);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      className={`row-list ${props.className}${stale ? ' stale' : ''}`}
      role="grid"
      aria-label={props.label}
      aria-busy={stale}
      aria-rowcount={props.total + 1}
      aria-activedescendant={at >= 0 ? rowId(rows[at].id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        props.onScroll?.(scrollTop);
        if (scrollTop + clientHeight > scrollHeight - AHEAD_PX) props.onNearEnd?.();
      }}
    >
      <Head columns={props.columns} ticked={ticksOf(rows, ticks)} onTickAll={props.onTickAll} />
      {rows.length === 0 ? (
        props.children
      ) : (
        <div
          className="list-rows"
          role="rowgroup"
          onPointerEnter={(event) => event.pointerType === 'mouse' && onPoint(true)}
          onPointerLeave={() => onPoint(false)}
        >
          {rows.map((item, index) =>
            props.row(item, { id: item.id, index, selected: index === at, ticked: ticks.has(item.id), onSelect, onTick, onOpen }),
          )}
        </div>
      )}
      {rows.length > 0 && props.foot}
    </div>
  );
}

function Head({ columns, ticked, onTickAll }: { columns: Columns; ticked: 'all' | 'some' | 'none'; onTickAll: () => void }) {
  return (
    <div className="list-head" role="row" aria-rowindex={1}>
      <span className="list-tick" role="columnheader">
        <label>
          <input
            type="checkbox"
            checked={ticked === 'all'}
            ref={(box) => {
              if (box) box.indeterminate = ticked === 'some';
            }}
            onChange={onTickAll}
          />
          <span className="sr">Select all that are shown</span>
        </label>
      </span>
      {columns.map(([className, title]) => (
        <span key={title} className={className} role="columnheader">
          {title}
        </span>
      ))}
    </div>
  );
}

/** Before there are rows. */
export function BlankRows({ count }: { count: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="list-blank" />
      ))}
    </div>
  );
}
