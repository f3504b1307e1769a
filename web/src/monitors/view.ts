/** The view that the address of a page about monitors describes, in both directions. */
import { withSearch } from '../address';
import { rangeQuery, readRange, writeRange, type Range } from '../decisions/view';
import type { Zone } from '../time';
import { readZone, writeZone } from '../zone';
import type { Monitor } from './api';

export const DEFAULT_RANGE = '24h';
export const PRESETS: readonly string[] = ['1h', '6h', '24h', '7d', '30d'];

export interface View {
  range: Range;
  zone: Zone;
  environment: string | null;
  project: string | null;
}

export function readMonitorsView(search: URLSearchParams): View {
  return {
    range: readRange(search, DEFAULT_RANGE),
    zone: readZone(search),
    environment: search.get('environment') || null,
    project: search.get('project') || null,
  };
}

export function monitorsQuery({ range, environment }: Pick<View, 'range' | 'environment'>): URLSearchParams {
  const query = rangeQuery(range);
  if (environment) query.set('environment', environment);
  return query;
}

export function monitorHref({ slug, project }: Pick<Monitor, 'slug' | 'project'>, { range, zone }: View): string {
  const search = new URLSearchParams({ project });
  writeRange(search, range, DEFAULT_RANGE);
  writeZone(search, zone);
  return withSearch(`/monitors/${encodeURIComponent(slug)}`, search);
}
