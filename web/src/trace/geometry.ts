/** Heights and positions inside a row, in pixels. Below 720 px the bar stands under its name, over the full width. */
export interface Geometry {
  narrow: boolean;
  rowHeight: number;
  laneHeight: number;
  barTop: number;
  barHeight: number;
  eventCenter: number;
  pathTop: number;
  pathHeight: number;
  /** Labels beside bars, ticks' lines, connectors: what there is no room for on small screens. */
  annotated: boolean;
}

export const WIDE_ROWS: Geometry = {
  narrow: false,
  rowHeight: 28,
  laneHeight: 32,
  barTop: 7,
  barHeight: 14,
  eventCenter: 14,
  pathTop: 23,
  pathHeight: 3,
  annotated: true,
};

export const NARROW_ROWS: Geometry = {
  narrow: true,
  rowHeight: 44,
  laneHeight: 32,
  barTop: 26,
  barHeight: 10,
  eventCenter: 31,
  pathTop: 38,
  pathHeight: 3,
  annotated: false,
};

/** Height of the row of column heads and ticks, which stays on top. */
export const RULER_HEIGHT = 28;
/** A bar is never narrower than this, however short its span. */
export const LEAST_BAR = 2;
