/**
 * The list itself. Focus stays on the grid and the selected row is its active descendant, so that live updates cannot
 * take the focus away. Rows are all there; the browser lays out only those that are seen.
 */
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { IssueRow, rowId } from './IssueRow';
import type { IssueRow as Issue } from './shapes';
import './list.css';

/** Pixels before the end at which the next page is asked for. */
const AHEAD_PX = 600;

/** What the page's shortcuts do to the list. */
export interface ListHandle {
  move: (by: number) => void;
  toTop: () => void;
}

interface Props {
  handle: Ref<ListHandle>;
  rows: readonly Issue[];
  total: number;
  selected: number | null;
  ticked: ReadonlySet<number>;
  now: number;
  /** The rows answer an earlier question. */
  stale: boolean;
  onSelect: (id: number) => void;
  onTick: (id: number) => void;
  onTickAll: () => void;
  onOpen: (id: number) => void;
  onScroll: (top: number) => void;
  onNearEnd: () => void;
  /** The pointer came over a row, or left the rows. */
  onPoint: (over: boolean) => void;
  /** In place of rows: loading, empty or failed. */
  children?: ReactNode;
  foot?: ReactNode;
}

export function IssueList(props: Props) {
  const { rows, selected, ticked, now, onSelect, onTick, onOpen, onPoint } = props;
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
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 15, PageUp: at - 15, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === ' ' && selected !== null && event.target === grid.current) onTick(selected);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      className={props.stale ? 'issues stale' : 'issues'}
      role="grid"
      aria-label="Issues"
      aria-busy={props.stale}
      aria-rowcount={props.total + 1}
      aria-activedescendant={at >= 0 ? rowId(rows[at].id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        props.onScroll(scrollTop);
        if (scrollTop + clientHeight > scrollHeight - AHEAD_PX) props.onNearEnd();
      }}
    >
      <Head all={rows.length > 0 && ticked.size === rows.length} some={ticked.size > 0} onTickAll={props.onTickAll} />
      {rows.length === 0 ? (
        props.children
      ) : (
        <div
          className="issue-rows"
          role="rowgroup"
          onPointerEnter={(event) => event.pointerType === 'mouse' && onPoint(true)}
          onPointerLeave={() => onPoint(false)}
        >
          {rows.map((issue, index) => (
            <IssueRow
              key={issue.id}
              issue={issue}
              index={index}
              selected={index === at}
              ticked={ticked.has(issue.id)}
              now={now}
              onSelect={onSelect}
              onTick={onTick}
              onOpen={onOpen}
            />
          ))}
        </div>
      )}
      {rows.length > 0 && props.foot}
    </div>
  );
}

const COLUMNS: readonly (readonly [className: string, title: string])[] = [
  ['i-level', 'Level'],
  ['i-what', 'Issue'],
  ['i-state', 'State'],
  ['i-agents', 'Agents'],
  ['i-course', '24 h'],
  ['num i-events', 'Events'],
  ['num i-users', 'Users'],
  ['num i-last', 'Last'],
  ['num i-first', 'First'],
  ['i-who', 'Assignee'],
];

function Head({ all, some, onTickAll }: { all: boolean; some: boolean; onTickAll: () => void }) {
  return (
    <div className="issues-head" role="row" aria-rowindex={1}>
      <span className="i-tick" role="columnheader">
        <label className="row-tick">
          <input
            type="checkbox"
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = some && !all;
            }}
            onChange={onTickAll}
          />
          <span className="sr">Select all that are shown</span>
        </label>
      </span>
      {COLUMNS.map(([className, title]) => (
        <span key={title} className={className} role="columnheader">
          {title}
        </span>
      ))}
    </div>
  );
}
