/** One row a group: what it earned as a bar from a common zero, and what that was made of; it leads to decisions. */
import { useMemo, useRef, type ReactNode } from 'react';
import { Pnl } from '../decisions/DecisionRow';
import type { Filter } from '../decisions/filter';
import { Icon } from '../icons';
import { Link, navigate } from '../router';
import { AgentName } from '../ui/Lane';
import { NARROW, useMedia } from '../ui/useMedia';
import { useSize } from '../ui/useSize';
import type { Performance } from './api';
import { byWord } from './ByMenu';
import { fitting, PHONE, type Column } from './columns';
import { netBars, rowsOf, type GroupRow, type NetBar } from './groups';
import type { Actions } from './usePerformanceView';
import { nextSort, type SortBy, type View } from './view';
import './groups.css';

/** Rows without content, while the first answer is on its way. */
const EMPTY = [0, 1, 2];

interface Props {
  answer: Performance | null;
  view: View;
  actions: Actions;
  /** The row that the pointer is on, by its id. */
  onPoint: (id: string | null) => void;
  /** What to group by. */
  children: ReactNode;
}

export function Groups({ answer, view, actions, onPoint, children }: Props) {
  const rows = useMemo(() => (answer ? rowsOf(answer, view) : []), [answer, view]);
  const { zero, bars } = netBars(rows);
  const section = useRef<HTMLElement>(null);
  const { width } = useSize(section);
  const narrow = useMedia(NARROW);
  const columns = useMemo(
    () => (narrow ? PHONE : fitting(rows.map((row) => row.figures), width)),
    [narrow, rows, width],
  );
  const narrowTo = (only: Partial<Filter>): void => actions.setFilter({ ...view.filter, ...only });
  const head = (by: SortBy, title: string, className: string, help?: string): ReactNode => (
    <Head key={by} {...{ by, title, className, help, view }} onSort={actions.setSort} />
  );
  return (
    <section className="groups" aria-label="Results by group" ref={section}>
      <header>
        <h2>Results</h2>
        {children}
      </header>
      <table>
        <thead>
          <tr>
            {head('group', byWord(answer?.by ?? view.by), 'p-name')}
            <th className="p-bar" aria-hidden="true" />
            {head('net', 'Net', 'num', 'Realised P&L after fees')}
            {columns.map(({ by, title, help }) => head(by, title, 'num', help))}
          </tr>
        </thead>
        <tbody>
          {answer === null
            ? EMPTY.map((each) => (
                <tr key={each} aria-hidden="true">
                  <td colSpan={columns.length + 3} />
                </tr>
              ))
            : rows.map((row, i) => (
                <Row key={row.id} {...{ row, columns, zero, onPoint }} bar={bars[i]} onNarrow={narrowTo} />
              ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  by: SortBy;
  title: string;
  className: string;
  help: string | undefined;
  view: View;
  onSort: Actions['setSort'];
}

function Head({ by, title, className, help, view, onSort }: HeadProps) {
  const sorted = view.sort.by === by;
  return (
    <th className={className} aria-sort={sorted ? (view.sort.up ? 'ascending' : 'descending') : undefined}>
      <button type="button" title={help} onClick={() => onSort(nextSort(view.sort, by))}>
        {title}
        {sorted && <span aria-hidden="true">{view.sort.up ? '\u2191' : '\u2193'}</span>}
      </button>
    </th>
  );
}

interface RowProps {
  row: GroupRow;
  columns: readonly Column[];
  bar: NetBar;
  zero: number;
  onNarrow: (only: Partial<Filter>) => void;
  onPoint: Props['onPoint'];
}

function Row({ row, columns, bar, zero, onNarrow, onPoint }: RowProps) {
  const { figures, href, only, name } = row;
  return (
    <tr
      className={href ? 'leads' : undefined}
      onPointerEnter={() => onPoint(row.id)}
      onPointerLeave={() => onPoint(null)}
      onClick={(event) => {
        if (href && !(event.target as Element).closest('a, button')) navigate(href);
      }}
    >
      <td className={row.quiet ? 'p-name quiet' : 'p-name'} title={name}>
        <div>
          {href ? (
            <Link href={href}>
              <Name row={row} />
            </Link>
          ) : (
            <Name row={row} />
          )}
          {only && <Only name={name} onNarrow={() => onNarrow(only)} />}
        </div>
      </td>
      <td className="p-bar" aria-hidden="true">
        <Bar bar={bar} zero={zero} />
      </td>
      <td className="num p-net" title={figures.net_usd}>
        <Pnl value={figures.net_usd} />
      </td>
      {columns.map(({ by, title, label = title, unit, cell, exact }) => (
        <td key={by} className="num" data-label={label} data-unit={unit} title={exact?.(figures)}>
          {cell(figures)}
        </td>
      ))}
    </tr>
  );
}

const Name = ({ row }: { row: GroupRow }) =>
  row.agent === null ? <span>{row.name}</span> : <AgentName agent={row.agent} />;

function Only({ name, onNarrow }: { name: string; onNarrow: () => void }) {
  return (
    <button type="button" className="p-only" aria-label={`Only ${name}`} title={`Only ${name}`} onClick={onNarrow}>
      <Icon name="filter" small />
    </button>
  );
}

function Bar({ bar, zero }: { bar: NetBar; zero: number }) {
  const loss = bar.left + bar.width <= zero + 1e-9 && bar.width > 0 && bar.left < zero;
  return (
    <span>
      <i className="p-zero" style={{ left: `${zero}%` }} />
      {bar.width > 0 && (
        <i className={loss ? 'p-loss' : 'p-gain'} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />
      )}
    </span>
  );
}
