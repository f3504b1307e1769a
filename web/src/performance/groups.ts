/** Groups as rows of the table: what each is called, where it leads, its place and the length of its bar. */
import type { Filter } from '../decisions/filter';
import { count } from '../format';
import type { Figures, Group, Performance } from './api';
import { attributeOf, decisionsHref, type Sort, type SortBy, type View } from './view';

export interface GroupRow {
  id: string;
  name: string;
  /** Shown quietly: it is no group of its own. */
  quiet: boolean;
  /** Whose lane the row shows. */
  agent: string | null;
  figures: Figures;
  /** Address of the decisions behind it; null when no filter says the same. */
  href: string | null;
  /** What narrows this page down to the group. */
  only: Partial<Filter> | null;
  rest: boolean;
}

const NOBODY: Record<string, string> = {
  strategy: 'No strategy',
  release: 'No release',
  asset: 'No asset',
  side: 'No side',
};
const WORDS: Record<string, string> = { buy: 'Buy', sell: 'Sell' };

export function groupName(by: string, key: string | null): string {
  if (key === null) return NOBODY[by] ?? 'Not set';
  if (by === 'hour') return `${key}:00 UTC`;
  if (by === 'side') return WORDS[key] ?? key;
  return key === '' ? '(empty)' : key;
}

/** The filter that finds a group's decisions; null when there is none. */
export function filterOf(by: string, key: string | null, filter: Filter): Partial<Filter> | null {
  if (key === null || key === '') return null;
  if (by === 'agent') return { agent: key };
  if (by === 'asset') return { asset: key };
  const attribute = attributeOf(by) ?? { strategy: 'pf.strategy', release: 'service.version', side: 'pf.side' }[by];
  if (attribute === undefined) return null;
  const others = filter.attributes.filter((each) => each.key !== attribute);
  return { attributes: [...others, { key: attribute, value: key }] };
}

/** The filter that finds the decisions in which a group earned, paid or ordered; null for a key that it cannot hold. */
export function resultOf(by: string, key: string | null): string | null {
  if (attributeOf(by)?.includes(':')) return null;
  return key === null ? by : `${by}:${key}`;
}

export function rowsOf(answer: Performance, view: View): GroupRow[] {
  const { by } = answer;
  const rows = answer.groups.map((group) => rowOf(group, by, view)).toSorted(comparing(view.sort));
  if (answer.others) {
    const name = answer.others.groups === 1 ? '1 other' : `${count(answer.others.groups)} others`;
    const nothing = { quiet: true, agent: null, href: null, only: null, rest: true };
    rows.push({ id: 'others', name, figures: answer.others, ...nothing });
  }
  return rows;
}

function rowOf(group: Group, by: string, view: View): GroupRow {
  const { key } = group;
  const only = filterOf(by, key, view.filter);
  // A group of decisions that moved no money has no results, but may have a filter that finds them.
  const moved = group.orders + group.closed > 0 || Number(group.fees_usd) !== 0;
  const result = moved ? resultOf(by, key) : null;
  return {
    id: key === null ? 'none' : `=${key}`,
    name: groupName(by, key),
    quiet: key === null || key === '',
    agent: by === 'agent' ? key : null,
    figures: group,
    href: result !== null ? decisionsHref(view, { result }) : only && decisionsHref(view, only),
    // A side narrows down traces, not orders: half of what it would show belongs to the other side.
    only: by === 'side' || by === 'hour' ? null : only,
    rest: false,
  };
}

/** For placing only: the figures themselves stay decimal strings. */
const VALUES: Record<Exclude<SortBy, 'group'>, (figures: Figures) => number | null> = {
  net: (of) => Number(of.net_usd),
  pnl: (of) => Number(of.pnl_usd),
  fees: (of) => Number(of.fees_usd),
  slippage: (of) => Number(of.slippage_cost_usd),
  mean: (of) => of.slippage_mean_bps,
  p95: (of) => of.slippage_p95_bps,
  fill: (of) => of.fill_rate,
  win: (of) => of.win_rate,
  drawdown: (of) => (of.drawdown ? Number(of.drawdown.usd) : null),
  closed: (of) => of.closed,
  orders: (of) => of.orders,
};

/** Rows without a value come last, whichever way the others go. */
function comparing({ by, up }: Sort): (a: GroupRow, b: GroupRow) => number {
  if (by === 'group') return (a, b) => (up ? 1 : -1) * a.name.localeCompare(b.name, 'en', { numeric: true });
  return (a, b) => {
    const [x, y] = [VALUES[by](a.figures), VALUES[by](b.figures)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return (up ? x - y : y - x) || a.name.localeCompare(b.name);
  };
}

export interface NetBar {
  /** Percent of the column. */
  left: number;
  width: number;
}

/** A bar for each net result, from a zero that all rows share. */
export function netBars(rows: readonly GroupRow[]): { zero: number; bars: NetBar[] } {
  const nets = rows.map((row) => Number(row.figures.net_usd));
  const least = Math.min(0, ...nets);
  const span = Math.max(0, ...nets) - least;
  if (span === 0) return { zero: 0, bars: nets.map(() => ({ left: 0, width: 0 })) };
  const zero = (Math.abs(least) / span) * 100;
  const bars = nets.map((net) => {
    const width = (Math.abs(net) / span) * 100;
    return { left: net < 0 ? zero - width : zero, width };
  });
  return { zero, bars };
}
