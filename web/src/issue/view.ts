/** What of an issue is shown, as its address says it. Defaults are left out of the address. */
import { withSearch } from '../address';

export interface View {
  /** An event's id, or latest, oldest, recommended. */
  event: string;
  /** The chart goes back 14 days instead of 24 hours. */
  days: boolean;
}

export const RECOMMENDED = 'recommended';
const EVENT = /^([0-9a-f]{32}|latest|oldest|recommended)$/;

export function readView(search: URLSearchParams): View {
  const event = search.get('event') ?? RECOMMENDED;
  return { event: EVENT.test(event) ? event : RECOMMENDED, days: search.get('chart') === '14d' };
}

export function writeEvent(search: URLSearchParams, event: string): void {
  if (event === RECOMMENDED) search.delete('event');
  else search.set('event', event);
}

export function writeDays(search: URLSearchParams, days: boolean): void {
  if (days) search.set('chart', '14d');
  else search.delete('chart');
}

export function issueHref(id: number, event = RECOMMENDED): string {
  const search = new URLSearchParams();
  writeEvent(search, event);
  return withSearch(`/issues/${id}`, search);
}
