/**
 * Which span the story was waiting for, moment by moment, walking back from its end.
 *
 *   cycle   ▐██▌······················▐█▌      █ the span's own time on the path
 *   task        ▐█▌············▐█▌            · the path runs through a child
 *   order           ▐██████████▌
 *
 * Work handed to another agent outlives the span that handed it over. So for the path a span belongs to the nearest
 * ancestor that was running all the while (its host), not always to its parent; without such an ancestor it belongs
 * to the story itself, in which one trace follows on another.
 *
 * O(n log n): one sort by end, jump pointers to find hosts, each span entered at most once.
 */
import type { TraceModel } from './model';

/** Segments of row r: from `offset[r]` up to and without `offset[r + 1]`, latest first. */
export interface CriticalPath {
  offset: Uint32Array;
  from: Float64Array;
  to: Float64Array;
}

type Times = Pick<TraceModel, 'count' | 'parent' | 'start' | 'end'>;

export function criticalPath(times: Times): CriticalPath {
  const host = hosts(times);
  const guests = guestsByEnd(times, host);
  return byRow(times.count, walk(times, guests));
}

/** Parents before children, whatever the order of rows. */
function parentsFirst({ count, parent }: Times): Uint32Array {
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  const order = new Uint32Array(count);
  let filled = 0;
  for (let row = count - 1; row >= 0; row--) {
    if (parent[row] < 0) order[filled++] = row;
    else {
      nextSibling[row] = firstChild[parent[row]];
      firstChild[parent[row]] = row;
    }
  }
  for (let at = 0; at < filled; at++) {
    for (let child = firstChild[order[at]]; child >= 0; child = nextSibling[child]) order[filled++] = child;
  }
  return order;
}

/**
 * Host of every row, -1 for the story. Climbs hosts, not parents: an ancestor that does not contain the parent cannot
 * contain a child that outlives it. Each row keeps a jump far up its chain, so that a climb takes O(log n) steps.
 */
function hosts(times: Times): Int32Array {
  const { count, parent, start, end } = times;
  const host = new Int32Array(count).fill(-1);
  const jump = new Int32Array(count).fill(-1);
  const height = new Uint32Array(count);
  const holds = (above: number, row: number) => start[above] <= start[row] && end[above] >= end[row];
  for (const row of parentsFirst(times)) {
    let above = parent[row];
    while (above >= 0 && !holds(above, row)) {
      above = jump[above] >= 0 && !holds(jump[above], row) ? jump[above] : host[above];
    }
    host[row] = above;
    if (above < 0) continue;
    height[row] = height[above] + 1;
    const far = jump[above];
    const balanced = far >= 0 && jump[far] >= 0 && height[above] - height[far] === height[far] - height[jump[far]];
    jump[row] = balanced ? jump[far] : above;
  }
  return host;
}

interface Guests {
  /** Latest-ending guest of each row; index `count` is the story. */
  first: Int32Array;
  next: Int32Array;
}

function guestsByEnd({ count, end }: Times, host: Int32Array): Guests {
  const first = new Int32Array(count + 1).fill(-1);
  const next = new Int32Array(count).fill(-1);
  const byEnd = Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => end[a] - end[b]);
  for (const row of byEnd) {
    const slot = host[row] < 0 ? count : host[row];
    next[row] = first[slot];
    first[slot] = row;
  }
  return { first, next };
}

interface Segments {
  row: number[];
  from: number[];
  to: number[];
}

function walk({ count, start, end }: Times, { first, next }: Guests): Segments {
  const out: Segments = { row: [], from: [], to: [] };
  const story = count;
  const stack = [story];
  // Per open span: the moment the walk has come back to, and the guest to try next.
  const at = new Float64Array(count + 1);
  at[story] = Infinity;
  while (stack.length > 0) {
    const host = stack[stack.length - 1];
    const guest = first[host];
    if (guest < 0 || at[host] <= startOf(host)) {
      leave(host);
      continue;
    }
    first[host] = next[guest];
    // Inside a span, a guest that was still running then is concurrent, not waited for. Between traces it is the cause.
    if (host !== story && end[guest] > at[host]) continue;
    if (start[guest] >= at[host]) continue;
    const to = Math.min(end[guest], at[host]);
    add(host, to, at[host]);
    at[host] = start[guest];
    at[guest] = to;
    stack.push(guest);
  }
  return out;

  function startOf(row: number): number {
    return row === story ? -Infinity : start[row];
  }
  function add(row: number, from: number, to: number): void {
    if (row === story || to <= from) return;
    out.row.push(row);
    out.from.push(from);
    out.to.push(to);
  }
  function leave(row: number): void {
    stack.pop();
    add(row, startOf(row), at[row]);
  }
}

function byRow(count: number, { row, from, to }: Segments): CriticalPath {
  const offset = new Uint32Array(count + 1);
  for (const each of row) offset[each + 1]++;
  for (let each = 0; each < count; each++) offset[each + 1] += offset[each];
  const cursor = offset.slice();
  const path = { offset, from: new Float64Array(row.length), to: new Float64Array(row.length) };
  row.forEach((each, segment) => {
    path.from[cursor[each]] = from[segment];
    path.to[cursor[each]++] = to[segment];
  });
  return path;
}
