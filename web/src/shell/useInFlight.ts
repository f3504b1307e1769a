/** How much is in flight right now, for the navigation: the number everyone should always see. */
import { fetchStats } from '../api/client';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';

const QUERY = new URLSearchParams({ range: '24h' });
const EVERY_MS = 5_000;

export function useInFlight(): number {
  const query = useQuery('in-flight', (signal) => fetchStats(QUERY, signal));
  useCommits(query.refresh, EVERY_MS);
  return query.data?.totals.in_flight ?? 0;
}
