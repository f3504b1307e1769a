/** From parent ids to parents: placeholders for those that were not received, and circles cut open. */
import { OUTCOMES } from '../api/types';
import type { Draft } from './draft';
import { Flag } from './model';

/**
 * Index of every span's parent, -1 for roots. Adds one placeholder per missing parent to the draft, which spans its
 * children; it is open while the story is unfinished, because the parent may still be running.
 */
export function resolveParents(draft: Draft, unfinished: boolean): Int32Array {
  const received = draft.count;
  const indexOf = new Map<string, number>();
  for (let span = 0; span < received; span++) indexOf.set(`${draft.trace[span]}/${draft.ids[span]}`, span);

  const parents: number[] = [];
  for (let span = 0; span < received; span++) {
    if (draft.parentIds[span] === '') {
      parents.push(-1);
      continue;
    }
    const key = `${draft.trace[span]}/${draft.parentIds[span]}`;
    let parent = indexOf.get(key);
    if (parent === undefined) {
      const flags = Flag.missing | (unfinished ? Flag.open : 0);
      parent = draft.addPlaceholder(span, flags, OUTCOMES.indexOf(unfinished ? 'flight' : 'completed'));
      indexOf.set(key, parent);
    }
    if (parent >= received) stretch(draft, parent, span);
    parents.push(parent);
  }
  while (parents.length < draft.count) parents.push(-1);
  return cutLoops(draft, Int32Array.from(parents));
}

function stretch(draft: Draft, placeholder: number, child: number): void {
  draft.start[placeholder] = Math.min(draft.start[placeholder], draft.start[child]);
  draft.end[placeholder] = Math.max(draft.end[placeholder], draft.end[child]);
}

/** Makes the earliest span of every circle a root, and marks it. Each span is walked over once: O(n). */
function cutLoops(draft: Draft, parent: Int32Array): Int32Array {
  const walk = new Int32Array(parent.length).fill(-1);
  for (let first = 0; first < parent.length; first++) {
    let span = first;
    while (span >= 0 && walk[span] < 0) {
      walk[span] = first;
      span = parent[span];
    }
    if (span >= 0 && walk[span] === first) {
      const earliest = earliestInLoop(draft.start, parent, span);
      parent[earliest] = -1;
      draft.flags[earliest] |= Flag.loop;
    }
  }
  return parent;
}

function earliestInLoop(start: readonly number[], parent: Int32Array, member: number): number {
  let earliest = member;
  for (let span = parent[member]; span !== member; span = parent[span]) {
    if (start[span] < start[earliest]) earliest = span;
  }
  return earliest;
}
