/** What the strip asks for: the range, without the part from before the hub had heard of anyone. */
import { msOf } from '../time';
import { isoTime, rangeQuery, type Range } from './view';

/** Shorter than this a course over time says nothing. */
const SHORTEST_MS = 60_000;

/**
 * Charts of a fleet that started two minutes ago would be empty but for their right edge. Nothing lies before
 * `firstSeenNs`, so the figures are the same either way.
 */
export function statsQuery(
  range: Range,
  agent: string | null,
  firstSeenNs: string | null,
  now: number,
): URLSearchParams {
  const query = rangeQuery(range);
  if (range.kind === 'last' && firstSeenNs !== null) {
    const since = Math.floor(msOf(firstSeenNs) / 1000) * 1000;
    if (since > now - SHORTEST_MS) query.set('range', `${SHORTEST_MS / 1000}s`);
    else if (since > now - range.ms) {
      query.delete('range');
      query.set('from', isoTime(since));
    }
  }
  if (agent) query.set('agent', agent);
  return query;
}

/** When the first of these agents was seen; null when there are none. */
export function earliest(agents: readonly { first_seen_ns: string }[] | null): string | null {
  return (agents ?? []).reduce<string | null>(
    (first, { first_seen_ns: ns }) => (first === null || msOf(ns) < msOf(first) ? ns : first),
    null,
  );
}
