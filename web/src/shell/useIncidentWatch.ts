/** What is open right now, for the navigation and for every row about an agent. */
import { useMemo } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { fetchIncidents } from '../incidents/api';
import type { Incident } from '../incidents/shapes';
import { useEvery } from '../ui/useEvery';
import { NO_INCIDENTS, type OpenIncidents } from './context';

const QUERY = new URLSearchParams({ status: 'open', sort: 'severity', limit: '200' });
const EVERY_MS = 5_000;

export function useIncidentWatch(): OpenIncidents {
  const { data, refresh } = useQuery('open-incidents', (signal) => fetchIncidents(QUERY, signal));
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, EVERY_MS);
  return useMemo(() => {
    if (!data) return NO_INCIDENTS;
    const { incidents, counts, severities } = data;
    const of = (agent: string): Incident[] => incidents.filter((each) => each.agent === agent);
    return { open: counts.open, critical: severities.critical, of };
  }, [data]);
}
