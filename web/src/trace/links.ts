/**
 * Connectors: why a span of one lane began. They run from the causing span to its effect, for parents in another lane
 * and for span links between traces of one story.
 */
import type { SpanLink } from '../api/types';
import type { TraceModel } from './model';

/** Whether a link leads to where the work came from, and not to what the agent decided before, which is another story. */
export function joinsStory({ attributes }: SpanLink): boolean {
  return !attributes.some(({ key, value }) => key === 'pf.link.type' && value.value === 'previous_cycle');
}

export interface Connectors {
  count: number;
  cause: Int32Array;
  effect: Int32Array;
}

export function connectors(model: TraceModel): Connectors {
  const cause: number[] = [];
  const effect: number[] = [];
  for (let row = 0; row < model.count; row++) {
    const parent = model.parent[row];
    if (parent >= 0 && model.lane[parent] !== model.lane[row]) {
      cause.push(parent);
      effect.push(row);
    }
  }
  // The span that holds a link points back to what came before it: the target is the cause.
  model.linkHolder.forEach((holder, link) => {
    const target = model.linkTarget[link];
    if (target === model.parent[holder]) return;
    cause.push(target);
    effect.push(holder);
  });
  return { count: cause.length, cause: Int32Array.from(cause), effect: Int32Array.from(effect) };
}

/** Rows that link to this one, from anywhere in the story. */
export function linkedFrom(model: TraceModel, row: number): number[] {
  const holders: number[] = [];
  model.linkTarget.forEach((target, link) => {
    if (target === row) holders.push(model.linkHolder[link]);
  });
  return holders;
}
