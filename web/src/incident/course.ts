/** The chart of an incident as geometry and words: a box of percent by pixels, path data in, sentences out. */
import { yOf, type Scale } from '../decisions/charts';
import { figure } from '../incidents/words';
import { axisOf } from '../performance/course';
import { clockSeconds, msOf, type Zone } from '../time';
import type { Chart, ChartPoint } from './shapes';

export const BOX = { width: 1000, height: 196 } as const;

/** Room above the highest value, so that a label on a line has a place. */
const HEADROOM = 1.12;

export interface Span {
  fromMs: number;
  toMs: number;
}

export const spanOf = (chart: Pick<Chart, 'from_ns' | 'to_ns'>): Span => ({
  fromMs: msOf(chart.from_ns),
  toMs: msOf(chart.to_ns),
});

/** Percent of the width, never outside of it. */
export function leftOf(ms: number, { fromMs, toMs }: Span): number {
  return Math.max(0, Math.min(100, ((ms - fromMs) / Math.max(1, toMs - fromMs)) * 100));
}

/** Covers the course, zero and the limits, in steps that people count in: minutes and hours, not hundreds of seconds. */
export function axis(chart: Chart): { scale: Scale; ticks: number[] } {
  const limits = [chart.threshold, chart.resolve_at].filter((each) => each !== null);
  const values = chart.points.map(({ value }) => value).filter((value) => value !== null);
  const most = Math.max(...limits, ...values, 0) * HEADROOM;
  const per = chart.unit !== 's' ? 1 : most >= 7200 ? 3600 : most >= 120 ? 60 : 1;
  const { scale, ticks } = axisOf([[...values, ...limits, most].map((value) => value / per)]);
  const shown = chart.unit === 'count' ? ticks.filter(Number.isInteger) : ticks;
  return { scale: { min: scale.min * per, max: scale.max * per }, ticks: shown.map((tick) => tick * per) };
}

/** The worse limit, where the values come near enough for it to have a place; it is no reason to make them small. */
export const shownCritical = ({ critical_at: critical }: Pick<Chart, 'critical_at'>, { min, max }: Scale): number | null =>
  critical !== null && critical >= min && critical <= max ? critical : null;

const fixed = (value: number): string => String(Number(value.toFixed(1)));

/** A line through the points; it breaks where there was too little to judge, and a point alone is a short dash. */
export function coursePath(points: readonly ChartPoint[], span: Span, scale: Scale): string {
  let path = '';
  let drawing = false;
  points.forEach(({ t_ns, value }, i) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = (leftOf(msOf(t_ns), span) / 100) * BOX.width;
    const y = fixed(yOf(value, scale, BOX));
    const alone = !drawing && (points[i + 1]?.value ?? null) === null;
    if (alone) path += `M${fixed(x - 1.5)} ${y}H${fixed(x + 1.5)}`;
    else path += `${drawing ? 'L' : 'M'}${fixed(x)} ${y}`;
    drawing = true;
  });
  return path;
}

/** The index of the point nearest to a share of the width, 0 to 1. */
export const nearest = (points: readonly ChartPoint[], share: number): number =>
  Math.max(0, Math.min(points.length - 1, Math.round(share * (points.length - 1))));

/** The worst of the course; null without one. */
export function worstOf({ points, beyond }: Pick<Chart, 'points' | 'beyond'>): ChartPoint | null {
  const known = points.filter(({ value }) => value !== null);
  const isWorse = (a: number, b: number): boolean => (beyond === 'above' ? a > b : a < b);
  return known.reduce<ChartPoint | null>((worst, each) => (worst === null || isWorse(each.value!, worst.value!) ? each : worst), null);
}

/** What a person would say who looks at the chart. */
export function sentence(chart: Chart, zone: Zone): string {
  const at = (ns: string): string => clockSeconds(msOf(ns), zone);
  const fired = `It fired at ${at(chart.fired_ns)} and ${chart.resolved_ns === null ? 'is still open' : `was resolved at ${at(chart.resolved_ns)}`}.`;
  const worst = worstOf(chart);
  if (chart.what === null || worst === null) return fired;
  const limit = chart.threshold === null ? '' : `, the limit is ${figure(chart.threshold, chart.unit)}`;
  const extreme = chart.beyond === 'above' ? 'at most' : 'at least';
  return `${chart.what}, from ${at(chart.from_ns)} to ${at(chart.to_ns)}: ${extreme} ${figure(worst.value, chart.unit)} at ${at(worst.t_ns)}${limit}. ${fired}`;
}

/** The course in so few rows that it can be listened to: of each stretch its worst point. */
export function tableRows(chart: Chart, most = 30): ChartPoint[] {
  const length = Math.ceil(chart.points.length / most);
  const rows: ChartPoint[] = [];
  for (let i = 0; i < chart.points.length; i += length) {
    const worst = worstOf({ points: chart.points.slice(i, i + length), beyond: chart.beyond });
    if (worst !== null) rows.push(worst);
  }
  return rows;
}
