/** The columns of the table: what each shows of a group, what its head says when asked, and which there is room for. */
import { bps, count, percent, usd } from '../format';
import { CHARACTER_PX } from '../ui/figureWidth';
import type { Figures } from './api';
import type { SortBy } from './view';

export interface Column {
  by: SortBy;
  title: string;
  /** What a figure is called where it stands without a head, and its unit. */
  label?: string;
  unit?: string;
  help: string;
  cell: (figures: Figures) => string;
  exact?: (figures: Figures) => string;
}

export const COLUMNS: readonly Column[] = [
  {
    by: 'pnl',
    title: 'Gross',
    help: 'Realised P&L before fees',
    cell: (of) => usd(of.pnl_usd, { sign: true }),
    exact: (of) => of.pnl_usd,
  },
  {
    by: 'fees',
    title: 'Fees',
    help: 'Each order and each escrow pays once',
    cell: (of) => usd(of.fees_usd),
    exact: (of) => of.fees_usd,
  },
  {
    by: 'slippage',
    title: 'Slippage',
    help: 'What fills cost against the expected prices',
    cell: (of) => (of.slipped > 0 ? usd(of.slippage_cost_usd) : ''),
    exact: (of) => of.slippage_cost_usd,
  },
  {
    by: 'mean',
    title: 'Mean, bps',
    label: 'Slippage',
    unit: 'bps',
    help: 'Mean slippage of fills; positive is adverse',
    cell: (of) => bps(of.slippage_mean_bps),
  },
  {
    by: 'p95',
    title: 'p95, bps',
    help: '95th percentile of slippage; positive is adverse',
    cell: (of) => bps(of.slippage_p95_bps),
  },
  {
    by: 'fill',
    title: 'Filled',
    help: 'Mean share of an order that was filled',
    cell: (of) => (of.fill_rate === null ? '' : percent(of.fill_rate, 1)),
  },
  {
    by: 'win',
    title: 'Won',
    help: 'Closings and bets that gained, of those that gained or lost',
    cell: (of) => (of.win_rate === null ? '' : percent(of.win_rate, 1)),
  },
  {
    by: 'drawdown',
    title: 'Drawdown',
    help: 'Deepest fall of the net result from its highest point',
    cell: (of) => (of.drawdown ? usd(of.drawdown.usd) : ''),
    exact: (of) => of.drawdown?.usd ?? '',
  },
  {
    by: 'closed',
    title: 'Closed',
    help: 'Positions closed and bets settled',
    cell: (of) => count(of.closed),
  },
  { by: 'orders', title: 'Orders', help: 'Orders placed', cell: (of) => count(of.orders) },
];

/** On a phone, where figures stand below the name. */
export const PHONE: readonly Column[] = COLUMNS.filter(({ by }) =>
  ['fees', 'mean', 'fill', 'win', 'drawdown'].includes(by),
);

/** The last to leave first. */
const BY_WEIGHT: readonly SortBy[] = ['drawdown', 'fees', 'mean', 'win', 'slippage', 'fill', 'pnl', 'p95', 'orders', 'closed'];

/** A name and a bar at their narrowest, with the margins. */
const LEAST_PX = 224;
const GAP_PX = 16;

/** The columns that a table of these rows has room for: amounts are never cut, so with longer ones there are fewer. */
export function fitting(rows: readonly Figures[], widthPx: number): Column[] {
  const px = (title: string, cell: (of: Figures) => string): number =>
    GAP_PX + CHARACTER_PX * Math.max(title.length, ...rows.map((of) => cell(of).length));
  let room = widthPx - LEAST_PX - px('Net', (of) => usd(of.net_usd, { sign: true }));
  const fits = BY_WEIGHT.filter((by) => {
    const { title, cell } = COLUMNS.find((each) => each.by === by)!;
    room -= px(title, cell);
    return room >= 0;
  });
  return COLUMNS.filter(({ by }) => fits.includes(by));
}
