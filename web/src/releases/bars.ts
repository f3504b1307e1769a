/** Bars of sessions over time: where each part of a bar stands, in percent of the chart. */
import { msOf } from '../time';
import type { HealthPoint, Sessions } from './api';
import { PARTS, roundUp, type Part } from './figures';

export interface Segment {
  status: Part['status'];
  bottom: number;
  height: number;
}

/** The top of the axis: the busiest step, rounded up. */
export const topOf = (points: readonly HealthPoint[]): number =>
  roundUp(points.reduce((most, { sessions }) => Math.max(most, sessions), 0));

export function segmentsOf(point: HealthPoint, top: number): Segment[] {
  let bottom = 0;
  return PARTS.flatMap(({ status }) => {
    const height = (point[status] / top) * 100;
    const segment = { status, bottom, height };
    bottom += height;
    return height > 0 ? [segment] : [];
  });
}

/** The ends of the chart: whole steps, which begin a little before the range. */
export function spanOf({ points, step_s: stepS, from_ns: from, to_ns: to }: Sessions): { fromMs: number; toMs: number } {
  if (points.length === 0) return { fromMs: msOf(from), toMs: msOf(to) };
  return { fromMs: msOf(points[0].t_ns), toMs: msOf(points.at(-1)!.t_ns) + stepS * 1000 };
}

/** Where a moment is, in percent of the width; null when it is outside. */
export function placeOf(ms: number, { fromMs, toMs }: { fromMs: number; toMs: number }): number | null {
  return ms >= fromMs && ms < toMs ? ((ms - fromMs) / (toMs - fromMs)) * 100 : null;
}
