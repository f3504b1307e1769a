/** Everything that one drawing of the waterfall depends on, and the two conversions that all parts of it share. */
import type { CriticalPath } from './criticalPath';
import { LEAST_BAR, type Geometry } from './geometry';
import type { Connectors } from './links';
import type { TraceModel } from './model';
import type { Palette } from './palette';
import type { Rows } from './rows';
import type { View } from './scale';
import type { Colouring } from './view';

export interface Frame {
  model: TraceModel;
  rows: Rows;
  view: View;
  /** null: not shown. */
  path: CriticalPath | null;
  connectors: Connectors;
  colouring: Colouring;
  /** 1 for rows that find matches; null when nothing is looked for. */
  hits: Uint8Array | null;
  /** Rows whose subtree is folded into them. */
  folded: ReadonlySet<number>;
  selected: number;
  palette: Palette;
  geometry: Geometry;
  /** Items drawn: from `first` up to and without `end`. */
  first: number;
  end: number;
  width: number;
  /** Where the canvas ends at least, in pixels from the top of the list: grid lines go on below the last row. */
  bottom: number;
  ticks: readonly number[];
}

/** Pixels from the left of the track. */
export function xOf({ view, width }: Frame, ns: number): number {
  return ((ns - view.from) / (view.to - view.from)) * width;
}

/** Pixels from the top of the canvas to the top of an item. */
export function yOf({ rows, first }: Frame, item: number): number {
  return rows.top[item] - rows.top[first];
}

export interface Extent {
  left: number;
  right: number;
}

/** Where a bar is drawn: cut a little outside the track, so that a zoomed-in bar is not a million pixels wide. */
export function extentOf(frame: Frame, row: number): Extent | null {
  const start = xOf(frame, frame.model.start[row]);
  const right = Math.max(xOf(frame, frame.model.end[row]), start + LEAST_BAR);
  if (right < 0 || start > frame.width) return null;
  return { left: Math.max(start, -8), right: Math.min(right, frame.width + 8) };
}

/** Calls `draw` for the rows of the model that are drawn, lane headers left out. */
export function eachRow(frame: Frame, draw: (row: number, top: number) => void): void {
  for (let item = frame.first; item < frame.end; item++) {
    const row = frame.rows.item[item];
    if (row >= 0) draw(row, yOf(frame, item));
  }
}
