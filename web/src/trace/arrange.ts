/** The order of rows: lane after lane, in each lane its forest depth first, siblings by time. */
export interface Arrangement {
  /** Draft index of each row. */
  order: Uint32Array;
  /** Row of each draft index. */
  rowOf: Uint32Array;
  depth: Uint16Array;
  size: Uint32Array;
  /** Draft lanes in the order they are drawn, and the first row of each. */
  lanes: number[];
  laneFirst: number[];
}

export interface Forest {
  parent: Int32Array;
  start: readonly number[];
  end: readonly number[];
  lane: readonly number[];
  venues: readonly boolean[];
}

export function arrange(forest: Forest): Arrangement {
  const count = forest.parent.length;
  const byTime = sortedByTime(forest, count);
  const { firstChild, nextSibling, laneRoot } = siblings(forest, byTime);
  const lanes = laneOrder(forest, byTime);
  const result: Arrangement = {
    order: new Uint32Array(count),
    rowOf: new Uint32Array(count),
    depth: new Uint16Array(count),
    size: new Uint32Array(count).fill(1),
    lanes,
    laneFirst: [],
  };
  let row = 0;
  for (const lane of lanes) {
    result.laneFirst.push(row);
    row = walkLane(laneRoot[lane], row, forest, firstChild, nextSibling, result);
  }
  addUpSizes(forest, result);
  return result;
}

/** By start; of two that start together, the longer first, so that a parent precedes its child. */
function sortedByTime({ start, end }: Forest, count: number): Uint32Array {
  const byTime = Uint32Array.from({ length: count }, (_, index) => index);
  return byTime.sort((a, b) => start[a] - start[b] || end[b] - end[a] || a - b);
}

/** Lanes in the order of their first span, the venue last. */
function laneOrder({ lane, venues }: Forest, byTime: Uint32Array): number[] {
  const seen = new Set<number>();
  for (const span of byTime) seen.add(lane[span]);
  const lanes = [...seen];
  return [...lanes.filter((each) => !venues[each]), ...lanes.filter((each) => venues[each])];
}

function siblings({ parent, lane, venues }: Forest, byTime: Uint32Array) {
  const firstChild = new Int32Array(parent.length).fill(-1);
  const nextSibling = new Int32Array(parent.length).fill(-1);
  const laneRoot = new Int32Array(venues.length).fill(-1);
  // Backwards, each put in front: the lists end up in order of time.
  for (let at = byTime.length - 1; at >= 0; at--) {
    const span = byTime[at];
    const above = parent[span];
    if (above >= 0 && lane[above] === lane[span]) {
      nextSibling[span] = firstChild[above];
      firstChild[above] = span;
    } else {
      nextSibling[span] = laneRoot[lane[span]];
      laneRoot[lane[span]] = span;
    }
  }
  return { firstChild, nextSibling, laneRoot };
}

/** Depth first without recursion: a chain of 50,000 spans is legal. Returns the row after the last. */
function walkLane(
  root: number,
  firstRow: number,
  { parent }: Forest,
  firstChild: Int32Array,
  nextSibling: Int32Array,
  result: Arrangement,
): number {
  let row = firstRow;
  let depth = 0;
  let span = root;
  while (span >= 0) {
    result.order[row] = span;
    result.rowOf[span] = row;
    result.depth[row] = Math.min(depth, 0xffff);
    row++;
    if (firstChild[span] >= 0) {
      span = firstChild[span];
      depth++;
      continue;
    }
    while (depth > 0 && nextSibling[span] < 0) {
      span = parent[span];
      depth--;
    }
    span = nextSibling[span];
  }
  return row;
}

function addUpSizes({ parent, lane }: Forest, { order, rowOf, size }: Arrangement): void {
  for (let row = order.length - 1; row >= 0; row--) {
    const span = order[row];
    const above = parent[span];
    if (above >= 0 && lane[above] === lane[span]) size[rowOf[above]] += size[row];
  }
}
