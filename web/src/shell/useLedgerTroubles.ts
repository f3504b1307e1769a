/** Ledgers that somebody should look at, for the navigation and for the page of each. */
import { useMemo } from 'react';
import { useQuery } from '../api/useQuery';
import { fetchTroubles } from '../ledger/api';
import { useEvery } from '../ui/useEvery';
import { NO_LEDGER_TROUBLES, type LedgerTroubles } from './context';

/** The hub finds them by the clock: no commit tells of one. */
const EVERY_MS = 10_000;

export function useLedgerTroubles(): LedgerTroubles {
  const { data, refresh } = useQuery('ledger-troubles', fetchTroubles);
  useEvery(refresh, EVERY_MS);
  return useMemo(() => {
    if (!data) return NO_LEDGER_TROUBLES;
    const danger = data.filter(({ severity }) => severity === 'danger').length;
    return { all: data.length, danger, of: (ledger) => data.filter((each) => each.ledger === ledger) };
  }, [data]);
}
