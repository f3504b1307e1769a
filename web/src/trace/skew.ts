/**
 * Clocks that disagree, put right: an effect must not start before its cause, and what a client waited for must not
 * end after the wait. Where a lane breaks this by more than a millisecond, the whole lane is moved by the least that
 * mends it. Only cross-lane edges count, because within a lane there is one clock.
 */
const TOLERANCE_NS = 1e6;
/** The work is lanes × edges; no story that a person reads has more lanes than this. */
const MOST_LANES = 64;

export interface CrossEdge {
  causeLane: number;
  effectLane: number;
  causeStart: number;
  causeEnd: number;
  effectStart: number;
  effectEnd: number;
  /** The cause waited for the effect: a client span and the server's. */
  waited: boolean;
}

/** Nanoseconds to add to the times of each lane; 0 for lanes that need none. The first lane's clock is believed. */
export function laneShifts(laneCount: number, edges: readonly CrossEdge[]): Float64Array {
  const shifts = new Float64Array(laneCount);
  if (laneCount > MOST_LANES) return shifts;
  const settled = new Uint8Array(laneCount);
  for (let pass = 0; pass < laneCount; pass++) {
    const next = nextLane(settled, edges);
    if (next < 0) break;
    shifts[next] = shiftOf(next, edges, shifts, settled);
    settled[next] = 1;
  }
  return shifts;
}

/** A lane that is caused by a settled one; else the first that is left. */
function nextLane(settled: Uint8Array, edges: readonly CrossEdge[]): number {
  const caused = edges.find((edge) => settled[edge.causeLane] && !settled[edge.effectLane]);
  return caused ? caused.effectLane : settled.indexOf(0);
}

function shiftOf(lane: number, edges: readonly CrossEdge[], shifts: Float64Array, settled: Uint8Array): number {
  let least = -Infinity;
  let most = Infinity;
  for (const edge of edges) {
    if (edge.effectLane !== lane || !settled[edge.causeLane]) continue;
    const shift = shifts[edge.causeLane];
    least = Math.max(least, edge.causeStart + shift - edge.effectStart);
    const fits = edge.effectEnd - edge.effectStart <= edge.causeEnd - edge.causeStart;
    if (edge.waited && fits) most = Math.min(most, edge.causeEnd + shift - edge.effectEnd);
  }
  const behind = least > TOLERANCE_NS;
  const ahead = most < -TOLERANCE_NS;
  if (behind) return least;
  return ahead && least <= most ? most : 0;
}
