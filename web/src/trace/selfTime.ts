/** Time in which a span ran and none of its children did, in nanoseconds per row. */
export function selfTimes(parent: Int32Array, start: Float64Array, end: Float64Array): Float64Array {
  const count = parent.length;
  const own = new Float64Array(count);
  for (let row = 0; row < count; row++) own[row] = end[row] - start[row];

  const byStart = Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => start[a] - start[b]);
  // Children come by start, so what is already covered is one moment per parent.
  const coveredTo = Float64Array.from(start);
  for (const row of byStart) {
    const above = parent[row];
    if (above < 0) continue;
    const from = Math.max(start[row], coveredTo[above]);
    const to = Math.min(end[row], end[above]);
    if (to <= from) continue;
    own[above] -= to - from;
    coveredTo[above] = to;
  }
  return own;
}
