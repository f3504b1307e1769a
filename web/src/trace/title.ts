/** The trace's name in words: what was decided, and with whom. */
import type { TraceSummary } from '../api/types';
import { describe } from '../decisions/describe';

export function titleOf(summary: TraceSummary): string {
  const { what } = describe(summary);
  const escrow = summary.escrow_id !== null && !summary.side && summary.outcome !== 'skipped';
  return escrow && summary.counterparty ? `${what} with ${summary.counterparty}` : what;
}
