/** What the list shows, as its address says it, in both directions. Defaults are left out of the address. */
import { numberIn, put, withSearch } from '../address';
import { SEVERITIES, type Severity } from './shapes';

/** In the order of the tabs. */
export const TABS = ['open', 'resolved', 'all'] as const;
export type Tab = (typeof TABS)[number];

export interface Filter {
  severity: Severity | null;
  rule: string | null;
  agent: string | null;
  search: string | null;
}

export interface View {
  tab: Tab;
  filter: Filter;
  selected: number | null;
}

export const NO_FILTER: Filter = { severity: null, rule: null, agent: null, search: null };

export const isFiltered = (filter: Filter): boolean => Object.values(filter).some((value) => value !== null);

export function readView(search: URLSearchParams): View {
  return {
    tab: TABS.find((tab) => tab === search.get('status')) ?? 'open',
    filter: {
      severity: SEVERITIES.find((each) => each === search.get('severity')) ?? null,
      rule: search.get('rule') || null,
      agent: search.get('agent') || null,
      search: search.get('search') || null,
    },
    selected: numberIn(search, 'sel'),
  };
}

export const writeTab = (search: URLSearchParams, tab: Tab): void => put(search, 'status', tab === 'open' ? null : tab);
export const writeSelected = (search: URLSearchParams, id: number | null): void =>
  put(search, 'sel', id === null ? null : String(id));
export function writeFilter(search: URLSearchParams, filter: Filter): void {
  for (const name of ['severity', 'rule', 'agent', 'search'] as const) put(search, name, filter[name]);
}

/** Parameters of `/api/v1/incidents` for this view, without limit: the worst of what is open first. */
export function apiQuery({ tab, filter }: Pick<View, 'tab' | 'filter'>): URLSearchParams {
  const query = new URLSearchParams({ status: tab, sort: 'severity' });
  writeFilter(query, filter);
  return query;
}

export function incidentsHref(filter: Partial<Filter>, tab: Tab = 'open'): string {
  const search = new URLSearchParams();
  writeTab(search, tab);
  writeFilter(search, { ...NO_FILTER, ...filter });
  return withSearch('/incidents', search);
}

export const incidentHref = (id: number): string => `/incidents/${id}`;
