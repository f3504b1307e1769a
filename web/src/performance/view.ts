/**
 * What the page shows, as its address says it, in both directions; parameters are named as in the hub's API. Defaults
 * are left out of the address.
 */
import { put, withSearch } from '../address';
import { NO_FILTER, type Filter } from '../decisions/filter';
import { rangeQuery, readView, readRange, writeFilter, writeRange, type Range } from '../decisions/view';
import type { Zone } from '../time';
import { writeZone } from '../zone';

/** Results need more time than decisions to say something. */
export const DEFAULT_RANGE = '24h';
export const PRESETS = ['1h', '6h', '24h', '7d', '30d'] as const;

export const DIMENSIONS = ['agent', 'strategy', 'release', 'asset', 'side', 'hour'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const ATTRIBUTE = 'attr:';

export const SORTS = [
  'group',
  'net',
  'pnl',
  'fees',
  'slippage',
  'mean',
  'p95',
  'fill',
  'win',
  'drawdown',
  'closed',
  'orders',
] as const;
export type SortBy = (typeof SORTS)[number];
export interface Sort {
  by: SortBy;
  /** The smallest first. */
  up: boolean;
}
/** The best first; but hours in the order of the day. */
const defaultSort = (by: string): Sort => (by === 'hour' ? { by: 'group', up: true } : { by: 'net', up: false });

export interface View {
  range: Range;
  zone: Zone;
  /** A dimension, or `attr:` and the key of an attribute. */
  by: string;
  /** Agent, asset and attributes; what else a filter can hold says nothing here. */
  filter: Filter;
  sort: Sort;
  /** Which agent's and release's stages are unfolded, as `timeKey` names it. */
  open: string | null;
}

/** The key of `attr:…`; null for the named dimensions. */
export const attributeOf = (by: string): string | null =>
  by.startsWith(ATTRIBUTE) ? by.slice(ATTRIBUTE.length) : null;

export const byAttribute = (key: string): string => ATTRIBUTE + key;

const isBy = (text: string): boolean => DIMENSIONS.some((each) => each === text) || Boolean(attributeOf(text));

function readSort(text: string | null, grouping: string): Sort {
  const by = SORTS.find((each) => each === text?.replace(/^-/, ''));
  return by ? { by, up: text?.startsWith('-') ?? false } : defaultSort(grouping);
}

export function readPerformanceView(search: URLSearchParams): View {
  const { zone, filter } = readView(search);
  const asked = search.get('by') ?? '';
  const by = isBy(asked) ? asked : 'agent';
  return {
    range: readRange(search, DEFAULT_RANGE),
    zone,
    by,
    filter: { ...NO_FILTER, agent: filter.agent, asset: filter.asset, attributes: filter.attributes },
    sort: readSort(search.get('sort'), by),
    open: search.get('open'),
  };
}

export const writeBy = (search: URLSearchParams, by: string): void => put(search, 'by', by === 'agent' ? null : by);

export function writeSort(search: URLSearchParams, { by, up }: Sort): void {
  const usual = defaultSort(search.get('by') ?? 'agent');
  put(search, 'sort', by === usual.by && up === usual.up ? null : `${up ? '-' : ''}${by}`);
}

export const writeOpen = (search: URLSearchParams, open: string | null): void => put(search, 'open', open);

/** The order after a click on a column: the largest first, then the smallest first; names the other way round. */
export const nextSort = (sort: Sort, by: SortBy): Sort => ({
  by,
  up: sort.by === by ? !sort.up : by === 'group',
});

/** The parameters of both questions. */
export function apiQuery({ range, filter }: Pick<View, 'range' | 'filter'>): URLSearchParams {
  const query = rangeQuery(range);
  writeFilter(query, filter);
  return query;
}

/** Which decisions a person means who points at something here: same range, same clock. */
export function decisionsHref(
  { range, zone, filter }: Pick<View, 'range' | 'zone' | 'filter'>,
  more: Partial<Filter> = {},
): string {
  const search = new URLSearchParams();
  writeFilter(search, { ...filter, ...more });
  writeRange(search, range);
  writeZone(search, zone);
  return withSearch('/decisions', search);
}
