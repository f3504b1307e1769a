/** The view in the address, and the ways to change it. Changing what is asked pushes; typing and moving replace. */
import { useMemo } from 'react';
import type { Outcome } from '../api/types';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { writeZone } from '../zone';
import { NO_FILTER, type Filter } from './filter';
import {
  readView,
  writeFilter,
  writeOutcome,
  writeRange,
  writeSelected,
  type Range,
  type View,
} from './view';

export interface ViewActions {
  setFilter: (filter: Filter, settled?: boolean) => void;
  setOutcome: (outcome: Outcome | null) => void;
  setRange: (range: Range) => void;
  setZone: (zone: Zone) => void;
  select: (traceId: string | null) => void;
  clearFilters: () => void;
  /** Shows where the money in flight is: orders in doubt, else running decisions, else those that opened an escrow. */
  review: (counts: Record<Outcome, number>) => void;
}

function clear(search: URLSearchParams): void {
  writeFilter(search, NO_FILTER);
  writeOutcome(search, null);
}

export function useSearchView(): [View, ViewActions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readView(search), [search]);
  const actions = useMemo<ViewActions>(
    () => ({
      setFilter: (filter, settled = true) => adjust((to) => writeFilter(to, filter), { push: settled }),
      setOutcome: (outcome) => adjust((to) => writeOutcome(to, outcome), { push: true }),
      setRange: (range) => adjust((to) => writeRange(to, range), { push: true }),
      setZone: (zone) => adjust((to) => writeZone(to, zone)),
      select: (traceId) => adjust((to) => writeSelected(to, traceId)),
      clearFilters: () => adjust(clear, { push: true }),
      review: (counts) =>
        adjust(
          (to) => {
            const agent = to.get('agent');
            clear(to);
            if (agent) to.set('agent', agent);
            if (counts.unknown > 0) writeOutcome(to, 'unknown');
            else if (counts.flight > 0) writeOutcome(to, 'flight');
            else to.set('name', 'pf.escrow.create');
          },
          { push: true },
        ),
    }),
    [adjust],
  );
  return [view, actions];
}
