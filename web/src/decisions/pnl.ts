/** Profit and loss are shown net of fees wherever they are not labelled gross; the hub gives them gross. */
import type { StatsPoint, StatsTotals, TraceSummary } from '../api/types';
import { subtract } from '../decimal';

/** What a decision earned after its own fee; null when it realised nothing. */
export function netPnl({ pnl_usd, fee_usd }: Pick<TraceSummary, 'pnl_usd' | 'fee_usd'>): string | null {
  if (pnl_usd === null || fee_usd === null) return pnl_usd;
  return subtract(pnl_usd, fee_usd) ?? pnl_usd;
}

/** What was earned in the range, or in one step of it, after all fees, those of still open positions included. */
export const netTotal = ({ pnl_usd, fees_usd }: Pick<StatsTotals | StatsPoint, 'pnl_usd' | 'fees_usd'>): string =>
  subtract(pnl_usd, fees_usd) ?? pnl_usd;
