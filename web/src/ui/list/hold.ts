/** Rows that do not move while somebody points at them: what is known of them is renewed, what is new waits. */

export interface Held<T> {
  rows: T[];
  /** How many were found that are not shown yet. */
  waiting: number;
}

export function heldRows<T extends { id: number }>(shown: readonly T[], found: readonly T[]): Held<T> {
  const byId = new Map(found.map((each) => [each.id, each]));
  const known = new Set(shown.map(({ id }) => id));
  return {
    rows: shown.map((each) => byId.get(each.id) ?? each),
    waiting: found.filter(({ id }) => !known.has(id)).length,
  };
}
