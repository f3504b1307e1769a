/** Which rows are shown, in which order and at which height: collapse, find and "Matches only" come together here. */
import { type TraceModel, parentInLane } from './model';

export interface RowHeights {
  span: number;
  lane: number;
}

export interface RowOptions {
  /** Rows whose subtree is folded. */
  collapsed: ReadonlySet<number>;
  /** Lanes, by index, whose spans are folded away. */
  collapsedLanes: ReadonlySet<number>;
  /** 1 for every row that find matches; null when nothing is looked for. */
  hits: Uint8Array | null;
  /** Show matches only, each with its ancestors as context. */
  only: boolean;
  heights: RowHeights;
}

export interface Rows {
  count: number;
  /** Row of the model, or -1 - lane for a lane's header. */
  item: Int32Array;
  /** Distance from the top of the list in pixels; one more than there are items, the last is the list's height. */
  top: Float64Array;
  /** For every row of the model: the item that stands for it, its own or that of the fold it is in; -1 for none. */
  shownAt: Int32Array;
  /** Items that are lane headers, in order. */
  headers: number[];
}

export function visibleRows(model: TraceModel, options: RowOptions): Rows {
  const { collapsed, collapsedLanes, hits, only, heights } = options;
  const kept = only && hits ? withAncestors(model, hits) : null;
  const item: number[] = [];
  const headers: number[] = [];
  const shownAt = new Int32Array(model.count).fill(-1);
  model.lanes.forEach((lane, index) => {
    if (kept && !anyIn(kept, lane.first, lane.end)) return;
    const header = item.length;
    headers.push(header);
    item.push(-1 - index);
    if (collapsedLanes.has(index)) {
      shownAt.fill(header, lane.first, lane.end);
      return;
    }
    let row = lane.first;
    while (row < lane.end) {
      if (kept && !kept[row]) {
        row += 1;
        continue;
      }
      const folded = !kept && collapsed.has(row) ? model.size[row] : 1;
      shownAt.fill(item.length, row, row + folded);
      item.push(row);
      row += folded;
    }
  });
  return { count: item.length, item: Int32Array.from(item), top: tops(item, heights), shownAt, headers };
}

function tops(item: readonly number[], heights: RowHeights): Float64Array {
  const top = new Float64Array(item.length + 1);
  for (let at = 0; at < item.length; at++) top[at + 1] = top[at] + (item[at] < 0 ? heights.lane : heights.span);
  return top;
}

function withAncestors(model: TraceModel, hits: Uint8Array): Uint8Array {
  const kept = hits.slice();
  for (let row = 0; row < model.count; row++) {
    if (!hits[row]) continue;
    for (let above = parentInLane(model, row); above >= 0 && !kept[above]; above = parentInLane(model, above)) {
      kept[above] = 1;
    }
  }
  return kept;
}

function anyIn(marks: Uint8Array, from: number, to: number): boolean {
  const at = marks.indexOf(1, from);
  return at >= 0 && at < to;
}

/** Folds that hide `row`: opening these brings it into view. */
export function foldsOver(model: TraceModel, row: number, collapsed: ReadonlySet<number>): number[] {
  const folds: number[] = [];
  for (let above = parentInLane(model, row); above >= 0; above = parentInLane(model, above)) {
    if (collapsed.has(above)) folds.push(above);
  }
  return folds;
}

/** Item at `y` pixels from the top of the list, by bisection. */
export function itemAt({ top, count }: Rows, y: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (top[middle] <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The next span in direction `step`, skipping lane headers; the same item at either end. */
export function stepItem({ item, count }: Rows, from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < count; at += step) if (item[at] >= 0) return at;
  return from;
}
