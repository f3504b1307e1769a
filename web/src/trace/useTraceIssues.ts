/** The issues of the story on the screen, kept up to date: an error is counted a moment after its span is stored. */
import { useMemo } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { fetchTraceIssues, marksOf, type Mark } from './issues';
import type { TraceModel } from './model';

const EVERY_MS = 5_000;

export function useTraceIssues(model: TraceModel): Mark[] {
  const { traces } = model;
  const { data, refresh } = useQuery(`issues ${traces.join()}`, (signal) => fetchTraceIssues(traces, signal), { keep: true });
  useCommits(refresh, EVERY_MS);
  return useMemo(() => marksOf(model, data ?? []), [model, data]);
}
