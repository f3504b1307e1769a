/** The clock that times are read by, as the address says it: UTC, unless it says `tz=local`. */
import { put, withSearch } from './address';
import type { Zone } from './time';

export const readZone = (search: URLSearchParams): Zone => (search.get('tz') === 'local' ? 'local' : 'utc');

export const writeZone = (search: URLSearchParams, zone: Zone): void => put(search, 'tz', zone === 'local' ? zone : null);

/** A way to another page that is read by the same clock. */
export function withZone(href: string, zone: Zone): string {
  const [path, text] = href.split('?');
  const search = new URLSearchParams(text);
  writeZone(search, zone);
  return withSearch(path, search);
}
