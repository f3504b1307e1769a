/** The view in the address, and the ways to change it. Changing what is asked pushes; typing and moving replace. */
import { useMemo } from 'react';
import { useAdjustSearch, useSearch } from '../router';
import { NO_FILTER, writeFilter, type Filter } from './filter';
import { readView, writeSelected, writeSort, writeTab, type Sort, type Tab, type View } from './view';

export interface ViewActions {
  setFilter: (filter: Filter, settled?: boolean) => void;
  setTab: (tab: Tab) => void;
  setSort: (sort: Sort) => void;
  select: (id: number | null) => void;
  clearFilters: () => void;
}

export function useIssuesView(): [View, ViewActions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readView(search), [search]);
  const actions = useMemo<ViewActions>(
    () => ({
      setFilter: (filter, settled = true) => adjust((to) => writeFilter(to, filter), { push: settled }),
      setTab: (tab) => adjust((to) => writeTab(to, tab), { push: true }),
      setSort: (sort) => adjust((to) => writeSort(to, sort), { push: true }),
      select: (id) => adjust((to) => writeSelected(to, id)),
      clearFilters: () => adjust((to) => writeFilter(to, NO_FILTER), { push: true }),
    }),
    [adjust],
  );
  return [view, actions];
}
