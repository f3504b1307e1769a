/** The stages of a decision as segments of a bar a few pixels long. */
import type { TraceSummary } from '../api/types';

export interface Segment {
  ns: number;
  /** Money moves in it: drawn in ink. */
  money: boolean;
}

const MONEY = /^(order\.|pf\.(trade\.(execute|close)|escrow|casino\.(bet|batch)$|wallet\.(send|swap)|domain\.(register|bid)))/;
/** Narrower segments are no segments, but noise. */
const LEAST_PX = 4;

/** One segment a stage where there is room; else neighbours of a kind are one. */
export function segmentsOf(
  { stages, duration_ns }: Pick<TraceSummary, 'stages' | 'duration_ns'>,
  px: number,
): Segment[] {
  const all = stages.map(({ name, duration_ns: ns }) => ({ ns: Math.max(1, ns), money: MONEY.test(name) }));
  if (all.length === 0) return [{ ns: Math.max(1, duration_ns), money: false }];
  if (px / all.length >= LEAST_PX) return all;
  const merged: Segment[] = [];
  for (const segment of all) {
    const last = merged.at(-1);
    if (last?.money === segment.money) last.ns += segment.ns;
    else merged.push({ ...segment });
  }
  return merged;
}
