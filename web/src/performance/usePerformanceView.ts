/** The view in the address, and the ways to change it. Changing what is asked pushes; sorting and unfolding replace. */
import { useMemo } from 'react';
import { NO_FILTER, type Filter } from '../decisions/filter';
import { lastRange, writeFilter, writeRange, type Range } from '../decisions/view';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { writeZone } from '../zone';
import {
  DEFAULT_RANGE,
  readPerformanceView,
  writeBy,
  writeOpen,
  writeSort,
  type Sort,
  type View,
} from './view';

export interface Actions {
  setFilter: (filter: Filter) => void;
  clearFilters: () => void;
  setRange: (range: Range) => void;
  showWeek: () => void;
  setZone: (zone: Zone) => void;
  setBy: (by: string) => void;
  setSort: (sort: Sort) => void;
  setOpen: (open: string | null) => void;
}

export function usePerformanceView(): [View, Actions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readPerformanceView(search), [search]);
  const actions = useMemo<Actions>(() => {
    const setRange = (range: Range): void => adjust((to) => writeRange(to, range, DEFAULT_RANGE), { push: true });
    return {
      setRange,
      showWeek: () => setRange(lastRange('7d')!),
      setFilter: (filter) => adjust((to) => writeFilter(to, filter), { push: true }),
      clearFilters: () => adjust((to) => writeFilter(to, NO_FILTER), { push: true }),
      setZone: (zone) => adjust((to) => writeZone(to, zone)),
      setBy: (by) => adjust((to) => writeBy(to, by), { push: true }),
      setSort: (sort) => adjust((to) => writeSort(to, sort)),
      setOpen: (open) => adjust((to) => writeOpen(to, open)),
    };
  }, [adjust]);
  return [view, actions];
}
