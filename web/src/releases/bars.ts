/** Bars of sessions over time: where each part of a bar stands, in percent of the chart. */
import { msOf } from '../time';
import type { Deploy, HealthPoint } from './types';
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

/** Fewer bars than this would be too wide to be bars. */
const LEAST = 24;

/** The steps from the first session on: a release has no sessions before it is out. */
export function sinceFirst(points: readonly HealthPoint[]): readonly HealthPoint[] {
  const first = points.findIndex(({ sessions }) => sessions > 0);
  return points.slice(Math.max(0, Math.min(first, points.length - LEAST)));
}

/** The ends of the chart: whole steps, which begin a little before the range. */
export function spanOf(points: readonly HealthPoint[], stepS: number): { fromMs: number; toMs: number } {
  if (points.length === 0) return { fromMs: 0, toMs: 0 };
  return { fromMs: msOf(points[0].t_ns), toMs: msOf(points.at(-1)!.t_ns) + stepS * 1000 };
}

/** Where a moment is, in percent of the width; null when it is outside. */
function placeOf(ms: number, { fromMs, toMs }: { fromMs: number; toMs: number }): number | null {
  return ms >= fromMs && ms < toMs ? ((ms - fromMs) / (toMs - fromMs)) * 100 : null;
}

export interface Flag {
  /** Percent of the width. */
  left: number;
  /** The environments, in the order in which they were deployed to. */
  environments: string[];
}

/** Deploys closer than this share one flag. */
const NEAR = 8;

/** Where deploys stand on the chart; those next to each other under one flag, so that each can be read. */
export function flagsOf(deploys: readonly Deploy[], span: { fromMs: number; toMs: number }): Flag[] {
  const flags: Flag[] = [];
  for (const deploy of deploys.toSorted((a, b) => msOf(a.finished_ns) - msOf(b.finished_ns))) {
    const left = placeOf(msOf(deploy.finished_ns), span);
    if (left === null) continue;
    const last = flags.at(-1);
    if (!last || left - last.left > NEAR) flags.push({ left, environments: [deploy.environment] });
    else if (!last.environments.includes(deploy.environment)) last.environments.push(deploy.environment);
  }
  return flags;
}
