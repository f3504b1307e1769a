/** Charts as path data: numbers in, `d` out, in a box that SVG stretches to its place; by default the strip's. */

export const BOX = { width: 240, height: 36 } as const;
export interface Box {
  width: number;
  height: number;
}
const MARGIN = 2;

export interface Scale {
  min: number;
  max: number;
}

/** Covers the values and everything in `also` (a zero line, a limit), never with an empty extent. */
export function scaleOf(values: readonly (number | null)[], also: readonly number[] = []): Scale {
  const all = [...values.filter((value) => value !== null), ...also];
  const min = all.reduce((a, b) => Math.min(a, b), Infinity);
  const max = all.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(min)) return { min: 0, max: 1 };
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}

const fixed = (value: number): string => String(Number(value.toFixed(1)));

export const yOf = (value: number, { min, max }: Scale, box: Box = BOX): number =>
  box.height - MARGIN - ((value - min) / (max - min)) * (box.height - 2 * MARGIN);

/** The middle of slot `i` of `n`. */
export const xOf = (i: number, n: number, box: Box = BOX): number => ((i + 0.5) / n) * box.width;

/** A line through the values; it breaks where a value is missing, and a value alone is a short dash. */
export function linePath(values: readonly (number | null)[], scale: Scale): string {
  let path = '';
  let drawing = false;
  values.forEach((value, i) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = xOf(i, values.length);
    const y = fixed(yOf(value, scale));
    const alone = !drawing && (values[i + 1] ?? null) === null;
    if (alone) path += `M${fixed(x - 1)} ${y}H${fixed(x + 1)}`;
    else path += `${drawing ? 'L' : 'M'}${fixed(x)} ${y}`;
    drawing = true;
  });
  return path;
}

/** A line that keeps each value until the next: for sums, which jump. */
export function stepPath(values: readonly number[], scale: Scale, box: Box = BOX): string {
  if (values.length === 0) return '';
  const steps = values
    .slice(1)
    .map((value, i) => `H${fixed(((i + 1) / values.length) * box.width)}V${fixed(yOf(value, scale, box))}`);
  return `M0 ${fixed(yOf(values[0], scale, box))}${steps.join('')}H${box.width}`;
}

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Stacked bars: one list of rectangles per series, the first series at the bottom. */
export function stackedBars(series: readonly (readonly number[])[]): Bar[][] {
  const n = series[0]?.length ?? 0;
  const totals = Array.from({ length: n }, (_, i) => series.reduce((sum, values) => sum + values[i], 0));
  const top = Math.max(1, ...totals);
  const slot = BOX.width / n;
  const width = Math.max(0.6, slot - Math.min(1, slot * 0.3));
  const base = new Array<number>(n).fill(BOX.height);
  return series.map((values) =>
    values.flatMap((value, i) => {
      if (value === 0) return [];
      const height = (value / top) * (BOX.height - MARGIN);
      base[i] -= height;
      return [{ x: i * slot, y: base[i], width, height: Math.max(0.6, height - 0.4) }];
    }),
  );
}

/** Running sums: what was realised up to and with each point. */
export function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
