/** The view in the address, and the ways to change it. Changing what is asked pushes; typing and moving replace. */
import { useMemo } from 'react';
import { useAdjustSearch, useSearch } from '../router';
import { NO_FILTER, readView, writeFilter, writeSelected, writeTab, type Filter, type Tab, type View } from './view';

export interface Actions {
  setTab: (tab: Tab) => void;
  setFilter: (filter: Filter, settled?: boolean) => void;
  clearFilters: () => void;
  select: (id: number | null) => void;
}

export function useIncidentsView(): [View, Actions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readView(search), [search]);
  const actions = useMemo<Actions>(
    () => ({
      setTab: (tab) => adjust((to) => writeTab(to, tab), { push: true }),
      setFilter: (filter, settled = true) => adjust((to) => writeFilter(to, filter), { push: settled }),
      clearFilters: () => adjust((to) => writeFilter(to, NO_FILTER), { push: true }),
      select: (id) => adjust((to) => writeSelected(to, id)),
    }),
    [adjust],
  );
  return [view, actions];
}
