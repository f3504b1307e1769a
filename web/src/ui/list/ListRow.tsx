/** A row of a list: chosen by a click, opened by two, ticked by its box. Its other cells are the page's. */
import type { ReactNode } from 'react';

/** Where a row stands in its list, and what it does there. */
export interface RowPlace {
  id: number;
  index: number;
  selected: boolean;
  ticked: boolean;
  onSelect: (id: number) => void;
  onTick: (id: number) => void;
  onOpen: (id: number) => void;
}

interface Props extends RowPlace {
  className: string;
  /** What is ticked, for those who do not see the row. */
  name: string;
  children: ReactNode;
}

export const rowId = (id: number): string => `row-${id}`;

export function ListRow({ id, index, selected, ticked, onSelect, onTick, onOpen, className, name, children }: Props) {
  return (
    <div
      id={rowId(id)}
      className={`list-row ${className}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={(event) => {
        if (!(event.target as Element).closest('a, label')) onSelect(id);
      }}
      onDoubleClick={() => onOpen(id)}
    >
      <span className="list-tick" role="gridcell">
        <label>
          <input type="checkbox" checked={ticked} tabIndex={-1} onChange={() => onTick(id)} />
          <span className="sr">Select {name}</span>
        </label>
      </span>
      {children}
    </div>
  );
}
