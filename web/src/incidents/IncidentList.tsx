/**
 * The list itself. Focus stays on the grid and the selected row is its active descendant, so that live updates cannot
 * take the focus away.
 */
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { IncidentRow, rowId } from './IncidentRow';
import type { Incident } from './shapes';
import './list.css';

/** What the page's shortcuts do to the list. */
export interface ListHandle {
  move: (by: number) => void;
}

interface Props {
  handle: Ref<ListHandle>;
  rows: readonly Incident[];
  total: number;
  selected: number | null;
  ticked: ReadonlySet<number>;
  now: number;
  onSelect: (id: number) => void;
  onTick: (id: number) => void;
  onTickAll: (all: boolean) => void;
  onOpen: (id: number) => void;
  /** The pointer came over a row, or left the rows. */
  onPoint: (over: boolean) => void;
  /** In place of rows. */
  children: ReactNode;
  foot: ReactNode;
}

const COLUMNS: readonly (readonly [className: string, title: string])[] = [
  ['inc-severity', 'Severity'],
  ['inc-what', 'What fired'],
  ['inc-agent', 'Agent'],
  ['num inc-value', 'Value'],
  ['inc-limit', 'Limit'],
  ['num inc-lasted', 'Open for'],
  ['inc-told', 'Told'],
  ['inc-standing', 'Standing'],
];

export function IncidentList(props: Props) {
  const { rows, selected, ticked, onSelect, onTick, onPoint } = props;
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
  }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 15, PageUp: at - 15, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === ' ' && selected !== null && event.target === grid.current) onTick(selected);
    else return;
    event.preventDefault();
  };
  const all = rows.length > 0 && rows.every(({ id }) => ticked.has(id));
  return (
    <div
      ref={grid}
      className="inc-list"
      role="grid"
      aria-label="Incidents"
      aria-rowcount={props.total + 1}
      aria-activedescendant={at >= 0 ? rowId(rows[at].id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="inc-head" role="row" aria-rowindex={1}>
        <span className="i-tick" role="columnheader">
          <label className="row-tick">
            <input
              type="checkbox"
              checked={all}
              ref={(box) => {
                if (box) box.indeterminate = ticked.size > 0 && !all;
              }}
              onChange={() => props.onTickAll(!all)}
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
      {rows.length === 0 ? (
        props.children
      ) : (
        <div
          role="rowgroup"
          onPointerEnter={(event) => event.pointerType === 'mouse' && onPoint(true)}
          onPointerLeave={() => onPoint(false)}
        >
          {rows.map((incident, index) => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              index={index}
              selected={index === at}
              ticked={ticked.has(incident.id)}
              now={props.now}
              onSelect={onSelect}
              onTick={onTick}
              onOpen={props.onOpen}
            />
          ))}
        </div>
      )}
      {rows.length > 0 && props.foot}
    </div>
  );
}
