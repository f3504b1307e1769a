/** How many unresolved issues are new or came back, for the navigation. */
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { fetchIssues } from '../issues/api';

const QUERY = new URLSearchParams({ limit: '1' });
const EVERY_MS = 10_000;

export function useOpenIssues(): number {
  const query = useQuery('open-issues', (signal) => fetchIssues(QUERY, signal));
  useCommits(query.refresh, EVERY_MS);
  return query.data ? query.data.counts.new + query.data.counts.regressed : 0;
}
