/** Rows that do not move while somebody points at them: what is known of them is renewed, what is new waits. */
import type { Incident } from './shapes';

export interface Held {
  rows: Incident[];
  /** How many are there that are not shown yet. */
  waiting: number;
}

export function heldRows(shown: readonly Incident[], found: readonly Incident[]): Held {
  const byId = new Map(found.map((each) => [each.id, each]));
  const known = new Set(shown.map(({ id }) => id));
  return {
    rows: shown.map((each) => byId.get(each.id) ?? each),
    waiting: found.filter(({ id }) => !known.has(id)).length,
  };
}
