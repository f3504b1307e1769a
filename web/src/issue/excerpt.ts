/**
 * The part of a trace that fits beside an error: the failing span, all above it, and as many of its neighbours as there
 * is room for, the nearest first. Rows stay in the trace's order, so that what is left out can be said between them.
 */
import { parentInLane, type TraceModel } from '../trace/model';

export function excerptOf(model: TraceModel, failing: number, most: number): number[] {
  if (model.count <= most) return Array.from({ length: model.count }, (_, row) => row);
  if (failing < 0) return Array.from({ length: most }, (_, row) => row);
  const kept = new Set<number>();
  for (let row = failing; row >= 0 && kept.size < most; row = model.parent[row]) kept.add(row);
  const parent = parentInLane(model, failing);
  const lane = model.lanes[model.lane[failing]];
  // Siblings before anything else: what ran just before and after it at the same level.
  const near = (row: number): number => Math.abs(row - failing) + (model.parent[row] === parent ? 0 : model.count);
  const others = Array.from({ length: lane.end - lane.first }, (_, at) => lane.first + at).filter((row) => !kept.has(row));
  for (const row of others.toSorted((a, b) => near(a) - near(b)).slice(0, most - kept.size)) kept.add(row);
  return [...kept].sort((a, b) => a - b);
}
