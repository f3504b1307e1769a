/** The incidents that a question asks for, live: rules fire by the clock too, so commits alone do not tell. */
import { useCommits } from '../api/live';
import { useQuery, type Query } from '../api/useQuery';
import { useEvery } from '../ui/useEvery';
import { fetchIncidents } from './api';
import type { IncidentPage } from './shapes';

const EVERY_MS = 3_000;

export function useIncidents(query: string): Query<IncidentPage> {
  const asked = useQuery(query, (signal) => fetchIncidents(new URLSearchParams(query), signal), { keep: true });
  useCommits(asked.refresh, EVERY_MS);
  useEvery(asked.refresh, EVERY_MS);
  return asked;
}
