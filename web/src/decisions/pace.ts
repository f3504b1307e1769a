/** How often decisions are made. */
import type { Stats, StatsPoint } from '../api/types';
import { msOf } from '../time';

/** Traces of a step, whatever became of them. */
export const all = (point: StatsPoint): number => Object.values(point.counts).reduce((sum, n) => sum + n, 0);

/** From the first decision to the end of the range: a fleet that started five minutes ago is not slow. */
export function decisionsPerMinute(stats: Stats): number {
  const first = stats.points.find((point) => all(point) > 0);
  const fromMs = Math.max(msOf(stats.from_ns), first ? msOf(first.t_ns) : 0);
  const minutes = Math.max(1, (msOf(stats.to_ns) - fromMs) / 60_000);
  return stats.totals.cycles / minutes;
}
