/** The time axis: which part of the story is in view, where its ticks stand, and how zoom, pan and brush change it. */

/** Part of the story in view, in nanoseconds from its start. */
export interface View {
  from: number;
  to: number;
}

const LEAST_VIEW_NS = 1000;
/** Room after the story's end, so that the last bar and its label do not touch the edge. */
const MARGIN = 1.02;

export function wholeView(endNs: number): View {
  return { from: 0, to: Math.max(LEAST_VIEW_NS, endNs * MARGIN) };
}

export const isWhole = (view: View, whole: View): boolean => view.from <= whole.from && view.to >= whole.to;

/** `view` moved and shortened until it lies within `whole`; never narrower than a microsecond. */
export function clampView(view: View, whole: View): View {
  const width = Math.min(Math.max(view.to - view.from, LEAST_VIEW_NS), whole.to - whole.from);
  const from = Math.min(Math.max(view.from, whole.from), whole.to - width);
  return { from, to: from + width };
}

/** `factor` below 1 zooms in; the moment `center` stays where it is. */
export function zoom(view: View, factor: number, center: number, whole: View): View {
  const width = (view.to - view.from) * factor;
  if (factor < 1 && width < LEAST_VIEW_NS) return view;
  const left = (center - view.from) / (view.to - view.from);
  return clampView({ from: center - left * width, to: center + (1 - left) * width }, whole);
}

export function pan(view: View, ns: number, whole: View): View {
  return clampView({ from: view.from + ns, to: view.to + ns }, whole);
}

/** A view that shows the span with a little room on both sides. */
export function around(start: number, end: number, whole: View): View {
  const room = Math.max(LEAST_VIEW_NS, (end - start) * 0.08);
  return clampView({ from: start - room, to: end + room }, whole);
}

export type Edge = 'from' | 'to';

/** Moves one end of the view, which stays on its side of the other. */
export function moveEdge(view: View, edge: Edge, at: number, whole: View): View {
  if (edge === 'from') return { from: Math.min(Math.max(at, whole.from), view.to - LEAST_VIEW_NS), to: view.to };
  return { from: view.from, to: Math.max(Math.min(at, whole.to), view.from + LEAST_VIEW_NS) };
}

/** The view between two moments, in either order. */
export function between(a: number, b: number, whole: View): View {
  return clampView({ from: Math.min(a, b), to: Math.max(a, b) }, whole);
}

const SECOND = 1e9;
const LONG_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map((s) => s * SECOND);

/** The least round step that leaves `widthPx` no more than one label per `labelPx`. */
export function tickStep(view: View, widthPx: number, labelPx = 84): number {
  const raw = ((view.to - view.from) * labelPx) / Math.max(widthPx, 1);
  if (raw > 30 * SECOND) return LONG_STEPS.find((step) => step >= raw) ?? Math.ceil(raw / (86_400 * SECOND)) * 86_400 * SECOND;
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  return [1, 2, 5, 10].map((each) => each * power).find((step) => step >= raw) ?? 10 * power;
}

/** Ticks within the view, in nanoseconds. */
export function ticks(view: View, step: number): number[] {
  const first = Math.ceil(view.from / step);
  const count = Math.max(0, Math.floor(view.to / step) - first + 1);
  return Array.from({ length: count }, (_, at) => (first + at) * step);
}

/** A tick's label: only as exact as the step asks for, in the unit of the step. */
export function tickLabel(ns: number, step: number): string {
  if (ns === 0) return '0';
  const thin = '\u2009';
  if (step < 1e3) return `${round(ns)}${thin}ns`;
  if (ns < 1e6) return `${round(ns / 1e3)}${thin}µs`;
  if (ns < SECOND) return `${round(ns / 1e6)}${thin}ms`;
  if (step < 1e6) return `${round(ns / 1e6)}${thin}ms`;
  if (ns < 60 * SECOND) return `${round(ns / SECOND)}${thin}s`;
  return clock(ns, step);
}

function clock(ns: number, step: number): string {
  const seconds = ns / SECOND;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = round(seconds % 60);
  const parts = [hours ? `${hours}h` : '', minutes || hours ? `${minutes}m` : ''];
  if (step < 60 * SECOND) parts.push(`${rest}s`);
  return parts.filter(Boolean).join('\u2009');
}

/** Without the noise of binary fractions. */
const round = (value: number): string => String(Number(value.toPrecision(12)));

/** `z=12.5-480`: the view in milliseconds, to the nanosecond. */
export function viewText({ from, to }: View): string {
  return `${milliseconds(from)}-${milliseconds(to)}`;
}

const milliseconds = (ns: number): string => String(Math.round(ns) / 1e6);

/** Reads what viewText wrote; null for anything else. */
export function parseView(text: string | null, whole: View): View | null {
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (!match) return null;
  const view = { from: Number(match[1]) * 1e6, to: Number(match[2]) * 1e6 };
  return view.to > view.from ? clampView(view, whole) : null;
}
