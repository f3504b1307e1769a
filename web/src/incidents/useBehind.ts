/** The incidents that something is behind: a trace, an issue, a monitor; open ones first. */
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { useEvery } from '../ui/useEvery';
import { fetchIncidents } from './api';
import type { Incident } from './shapes';

const EVERY_MS = 10_000;
const NONE: readonly Incident[] = [];

export function useBehind(what: 'trace' | 'issue' | 'monitor', id: string): readonly Incident[] {
  const query = new URLSearchParams({ [what]: id, status: 'all', sort: 'severity', limit: '10' });
  const { data, refresh } = useQuery(`behind ${what} ${id}`, (signal) => fetchIncidents(query, signal));
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, EVERY_MS);
  return data?.incidents ?? NONE;
}
