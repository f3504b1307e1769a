/** Which rows are ticked, for what is done with several at once. */

export type Ticks = ReadonlySet<number>;

export const NO_TICKS: Ticks = new Set();

export function toggled(ticks: Ticks, id: number): Ticks {
  const next = new Set(ticks);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Whether the box above all boxes is ticked, empty, or between. */
export function ticksOf(rows: readonly { id: number }[], ticks: Ticks): 'all' | 'some' | 'none' {
  if (ticks.size === 0) return 'none';
  return rows.length > 0 && rows.every(({ id }) => ticks.has(id)) ? 'all' : 'some';
}

/** All rows; none when all of them were. */
export const allToggled = (rows: readonly { id: number }[], ticks: Ticks): Ticks =>
  ticksOf(rows, ticks) === 'all' ? NO_TICKS : new Set(rows.map(({ id }) => id));
