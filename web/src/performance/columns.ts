/** The columns of the table: what each shows of a group, and what its head says when asked. */
import { bps, count, percent, usd } from '../format';
import type { Figures } from './api';
import type { SortBy } from './view';

export interface Column {
  by: SortBy;
  title: string;
  className: string;
  help: string;
  cell: (figures: Figures) => string;
  exact?: (figures: Figures) => string;
}

export const COLUMNS: readonly Column[] = [
  {
    by: 'pnl',
    title: 'Gross',
    className: 'p-pnl',
    help: 'Realised P&L before fees',
    cell: (of) => usd(of.pnl_usd, { sign: true }),
    exact: (of) => of.pnl_usd,
  },
  {
    by: 'fees',
    title: 'Fees',
    className: 'p-fees',
    help: 'Each order and each escrow pays once',
    cell: (of) => usd(of.fees_usd),
    exact: (of) => of.fees_usd,
  },
  {
    by: 'slippage',
    title: 'Slippage',
    className: 'p-slippage',
    help: 'What fills cost against the expected prices',
    cell: (of) => (of.slipped > 0 ? usd(of.slippage_cost_usd) : ''),
    exact: (of) => of.slippage_cost_usd,
  },
  {
    by: 'p95',
    title: 'p95, bps',
    className: 'p-p95',
    help: '95th percentile of slippage; positive is adverse',
    cell: (of) => bps(of.slippage_p95_bps),
  },
  {
    by: 'fill',
    title: 'Filled',
    className: 'p-fill',
    help: 'Mean share of an order that was filled',
    cell: (of) => (of.fill_rate === null ? '' : percent(of.fill_rate, 1)),
  },
  {
    by: 'win',
    title: 'Won',
    className: 'p-win',
    help: 'Closings and bets that gained, of those that gained or lost',
    cell: (of) => (of.win_rate === null ? '' : percent(of.win_rate, 1)),
  },
  {
    by: 'drawdown',
    title: 'Drawdown',
    className: 'p-drawdown',
    help: 'Deepest fall of the net result from its highest point',
    cell: (of) => (of.drawdown ? usd(of.drawdown.usd) : ''),
    exact: (of) => of.drawdown?.usd ?? '',
  },
  {
    by: 'closed',
    title: 'Closed',
    className: 'p-closed',
    help: 'Positions closed and bets settled',
    cell: (of) => count(of.closed),
  },
  { by: 'orders', title: 'Orders', className: 'p-orders', help: 'Orders placed', cell: (of) => count(of.orders) },
];
