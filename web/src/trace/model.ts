/**
 * A trace story as columns: one slot per row, rows in the order they are drawn.
 *
 *   lane A  ─ row 0  agent.decision_cycle      depth 0   size 3
 *             row 1    pf.escrow.create        depth 1   size 2
 *             row 2      POST /escrow/create   depth 2   size 1
 *   lane B  ─ row 3  agent_b.task_execution    depth 0   size 1   parent: row 1, across lanes
 *
 * Fifty thousand spans stay a handful of typed arrays, so that a worker can hand them over without a copy
 * and scrolling makes no garbage. Text is stored once and referred to by number.
 */
/** Bits of `TraceModel.flags`. */
export const Flag = {
  error: 1,
  /** Its end was not received; it is drawn up to now. */
  open: 1 << 1,
  /** The process died; the span was closed from its journal. */
  interrupted: 1 << 2,
  slow: 1 << 3,
  /** Stands for a parent that was referred to and not received. */
  missing: 1 << 4,
  linksOut: 1 << 5,
  linkedFrom: 1 << 6,
  /** What the venue did with the order is not known. */
  unknown: 1 << 7,
  /** Its parent links ran in a circle; it is shown as a root. */
  loop: 1 << 8,
  /** Its money column is a profit or loss, and takes the sign's colour. */
  pnl: 1 << 9,
  client: 1 << 10,
} as const;

export interface Lane {
  agent: string;
  service: string;
  release: string | null;
  venue: boolean;
  /** Rows of this lane: from `first`, up to and without `end`. */
  first: number;
  end: number;
  /** Nanoseconds by which this lane's clock was moved so that no effect precedes its cause; 0 for most. */
  skewNs: number;
}

/** Times are nanoseconds since `originNs`, exact up to 104 days of story. */
export interface TraceModel {
  /** Unix time of the story's first moment, in nanoseconds, as a decimal string. */
  originNs: string;
  /** Where the story ends: its last received moment, or now while it is unfinished. */
  endNs: number;
  /** Where the "now" line stands; null once the story is finished. */
  nowNs: number | null;
  count: number;
  start: Float64Array;
  end: Float64Array;
  /** Row of the parent, in any lane; -1 for a root. */
  parent: Int32Array;
  /** Rows of its subtree within its lane, itself included: they follow it directly. */
  size: Uint32Array;
  /** Depth within its lane. */
  depth: Uint16Array;
  lane: Uint16Array;
  flags: Uint32Array;
  /** Index into OUTCOMES. */
  outcome: Uint8Array;
  /** Index into `traces`. */
  trace: Uint16Array;
  /** Index of the span in the hub's answer; -1 for a placeholder. */
  position: Int32Array;
  /** The 64-bit span id as two words. */
  idHigh: Uint32Array;
  idLow: Uint32Array;
  /** Profit or loss in US dollars, for colouring only; NaN where there is none. */
  pnl: Float64Array;
  selfTime: Float64Array;
  /** Columns of indexes into `strings`; 0 is the empty string. */
  name: Uint32Array;
  message: Uint32Array;
  /** A decimal amount in US dollars. */
  money: Uint32Array;
  /** Events of row r: from `eventFrom[r]` up to and without `eventFrom[r + 1]`. */
  eventFrom: Uint32Array;
  eventTime: Float64Array;
  eventName: Uint32Array;
  /** Span links whose both ends are in this story: the row that holds the link, and the row it points to. */
  linkHolder: Int32Array;
  linkTarget: Int32Array;
  strings: string[];
  lanes: Lane[];
  traces: string[];
}

export function has(model: TraceModel, row: number, flag: number): boolean {
  return (model.flags[row] & flag) !== 0;
}

/** The row's span id: sixteen hexadecimal digits. */
export function spanId(model: TraceModel, row: number): string {
  const word = (value: number) => value.toString(16).padStart(8, '0');
  return word(model.idHigh[row]) + word(model.idLow[row]);
}

/** The row of a span id, or -1. Placeholders have the id that their children name. */
export function rowOfSpan(model: TraceModel, id: string): number {
  if (!/^[0-9a-f]{16}$/i.test(id)) return -1;
  const high = Number.parseInt(id.slice(0, 8), 16);
  const low = Number.parseInt(id.slice(8), 16);
  for (let row = 0; row < model.count; row++) {
    if (model.idLow[row] === low && model.idHigh[row] === high) return row;
  }
  return -1;
}

/** The row of the parent if it is in the same lane, else -1. */
export function parentInLane(model: TraceModel, row: number): number {
  const parent = model.parent[row];
  return parent >= 0 && model.lane[parent] === model.lane[row] ? parent : -1;
}

/** Every buffer of an object of columns, for handing it from a worker to the page without copying. */
export function buffersOf(columns: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of Object.values(columns) as unknown[]) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer) buffers.add(column.buffer);
  }
  return [...buffers];
}
