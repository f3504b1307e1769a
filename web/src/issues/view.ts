/** What the list shows, as its address says it, in both directions. Defaults are left out of the address. */
import { numberIn, put, withSearch } from '../address';
import { readFilter, writeFilter, type Filter } from './filter';
import type { IssueCounts } from './shapes';

/** In the order of the tabs. */
export const TABS = ['unresolved', 'new', 'regressed', 'escalating', 'archived', 'resolved', 'all'] as const;
export type Tab = (typeof TABS)[number] & keyof IssueCounts;
const TAB: Tab = 'unresolved';

export const SORTS = ['last_seen', 'first_seen', 'events', 'users', 'priority'] as const;
export type Sort = (typeof SORTS)[number];
const SORT: Sort = 'last_seen';

export interface View {
  tab: Tab;
  sort: Sort;
  filter: Filter;
  selected: number | null;
}

export function readView(search: URLSearchParams): View {
  return {
    tab: TABS.find((tab) => tab === search.get('status')) ?? TAB,
    sort: SORTS.find((sort) => sort === search.get('sort')) ?? SORT,
    filter: readFilter(search),
    selected: numberIn(search, 'sel'),
  };
}

export const writeTab = (search: URLSearchParams, tab: Tab): void => put(search, 'status', tab === TAB ? null : tab);
export const writeSort = (search: URLSearchParams, sort: Sort): void =>
  put(search, 'sort', sort === SORT ? null : sort);
export const writeSelected = (search: URLSearchParams, id: number | null): void =>
  put(search, 'sel', id === null ? null : String(id));

/** Parameters of `/api/v1/issues` for this view, without cursor and limit. */
export function apiQuery({ tab, sort, filter }: Omit<View, 'selected'>): URLSearchParams {
  const query = new URLSearchParams();
  writeFilter(query, filter);
  if (tab !== 'all') query.set('status', tab);
  if (sort !== SORT) query.set('sort', sort);
  return query;
}

/** The list of what matches a filter, whatever became of it. */
export function issuesHref(filter: Filter): string {
  const search = new URLSearchParams();
  writeTab(search, 'all');
  writeFilter(search, filter);
  return withSearch('/issues', search);
}
