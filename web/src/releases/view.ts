/** The view that the address of a page about releases describes, in both directions. */
import { withSearch } from '../address';
import { rangeQuery, readRange, writeRange, type Range } from '../decisions/view';
import type { Zone } from '../time';
import { readZone, writeZone } from '../zone';

export const DEFAULT_RANGE = '14d';
export const PRESETS: readonly string[] = ['24h', '7d', '14d', '30d'];

export const SORTS = ['date', 'version', 'last_seen'] as const;
export type Sort = (typeof SORTS)[number];

export interface View {
  range: Range;
  zone: Zone;
  environment: string | null;
  sort: Sort;
  archived: boolean;
  text: string;
  /** Two releases held against each other: `b` is judged by `a`. With one of them, the list waits for the other. */
  a: string | null;
  b: string | null;
}

export function readReleasesView(search: URLSearchParams): View {
  const sort = search.get('sort');
  return {
    range: readRange(search, DEFAULT_RANGE),
    zone: readZone(search),
    environment: search.get('environment') || null,
    sort: SORTS.find((each) => each === sort) ?? 'date',
    archived: search.get('status') === 'all',
    text: search.get('q') ?? '',
    a: search.get('a') || null,
    b: search.get('b') || null,
  };
}

/** What pages about releases have in common: range, clock and environment. */
export type Frame = Pick<View, 'range' | 'zone' | 'environment'>;

function framed({ range, zone, environment }: Frame): URLSearchParams {
  const search = new URLSearchParams();
  if (environment) search.set('environment', environment);
  writeRange(search, range, DEFAULT_RANGE);
  writeZone(search, zone);
  return search;
}

export const releaseHref = (version: string, frame: Frame): string =>
  withSearch(`/releases/${encodeURIComponent(version)}`, framed(frame));

export function compareHref(a: string, b: string, frame: Frame): string {
  return withSearch('/releases', new URLSearchParams([['a', a], ['b', b], ...framed(frame)]));
}

/** The range and the environment as the API takes them. */
export function frameQuery({ range, environment }: Frame): URLSearchParams {
  const query = rangeQuery(range);
  if (environment) query.set('environment', environment);
  return query;
}

export function listQuery(view: View, limit: number): string {
  const query = frameQuery(view);
  if (view.text.trim()) query.set('q', view.text.trim());
  if (view.archived) query.set('status', 'all');
  query.set('sort', view.sort);
  query.set('limit', String(limit));
  return query.toString();
}

export function compareQuery(a: string, b: string, frame: Frame): string {
  const query = frameQuery(frame);
  query.set('a', a);
  query.set('b', b);
  return query.toString();
}
