/** The list of decisions that share an attribute's value, over a time that holds the trace it was seen in. */
import { withSearch } from '../address';
import { msOf } from '../time';

const DAY_MS = 86_400_000;

export function filterAddress(key: string, value: string, aroundNs: string): string {
  const search = new URLSearchParams();
  const at = msOf(aroundNs);
  if (Date.now() - at < DAY_MS) search.set('range', '24h');
  else {
    search.set('from', new Date(at - DAY_MS / 2).toISOString());
    search.set('to', new Date(at + DAY_MS / 2).toISOString());
  }
  search.set('attr', `${key}:${value}`);
  return withSearch('/decisions', search);
}
