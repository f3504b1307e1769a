import { describe, expect, it } from 'vitest';
import { collapse, expand, matchCount, move, moveToEnd, nextError, nextLane, nextMatch } from './commands';
import { modelOf } from './fixtures';
import { visibleRows } from './rows';
import type { Story } from './useStory';

/** rows: 0 cycle › 1 order › 2 POST (error), 3 balance │ 4 task (error) */
const model = modelOf([
  { id: '1', from: 0, to: 90 },
  { id: '2', parent: '1', from: 5, to: 50 },
  { id: '3', parent: '2', from: 6, to: 49, status: 'error' },
  { id: '4', parent: '1', from: 60, to: 70 },
  { id: '5', parent: '3', from: 20, to: 48, agent: 'beta', status: 'error' },
]);

/** What a command did to a story in which `selected` is selected: `goTo 3`, `fold 1`, or nothing. */
function did(command: (story: Story) => void, selected: number, change: Partial<Pick<Story, 'folded' | 'hits'>> = {}): string {
  let action = '';
  const { folded = new Set<number>(), hits = null } = change;
  const rows = visibleRows(model, { collapsed: folded, collapsedLanes: new Set(), hits, only: false, heights: { span: 28, lane: 32 } });
  const story: Partial<Story> = {
    model,
    rows,
    hits,
    folded,
    selected,
    goTo: (row) => (action = `goTo ${row}`),
    toggleFold: (row) => (action = `fold ${row}`),
  };
  command(story as Story);
  return action;
}

describe('keys', () => {
  it('move over lane headers and folds, and stay at the ends', () => {
    expect(did((story) => move(story, 1), 3)).toBe('goTo 4');
    expect(did((story) => move(story, 1), 1, { folded: new Set([1]) })).toBe('goTo 3');
    expect(did((story) => move(story, -1), 0)).toBe('goTo 0');
    expect(did((story) => move(story, 100), 0)).toBe('goTo 4');
    expect([did((story) => moveToEnd(story, 'first'), 3), did((story) => moveToEnd(story, 'last'), 0)]).toEqual(['goTo 0', 'goTo 4']);
  });

  it('move on from the fold that hides the selected span', () => {
    expect(did((story) => move(story, 1), 2, { folded: new Set([1]) })).toBe('goTo 3');
  });

  it('fold, then go to the parent; unfold, then go to the first child', () => {
    expect([did(collapse, 1), did(collapse, 1, { folded: new Set([1]) }), did(collapse, 3), did(collapse, 4)]).toEqual(['fold 1', 'goTo 0', 'goTo 0', '']);
    expect([did(expand, 1, { folded: new Set([1]) }), did(expand, 1), did(expand, 3)]).toEqual(['fold 1', 'goTo 2', '']);
  });

  it('go round through errors and matches, and from lane to lane', () => {
    expect([0, 2, 4].map((row) => did((story) => nextError(story, 1), row))).toEqual(['goTo 2', 'goTo 4', 'goTo 2']);
    expect(did((story) => nextError(story, -1), 0)).toBe('goTo 4');
    const hits = Uint8Array.from([0, 1, 0, 0, 0]);
    expect([did((story) => nextMatch(story, 1), 3, { hits }), did((story) => nextMatch(story, 1), 3)]).toEqual(['goTo 1', '']);
    expect([did((story) => nextLane(story, 1), 2), did((story) => nextLane(story, 1), 4)]).toEqual(['goTo 4', '']);
  });
});

it('matches are counted, and the selected one is numbered', () => {
  const hits = Uint8Array.from([0, 1, 0, 1, 0]);
  expect([matchCount({ hits, selected: 3 }), matchCount({ hits, selected: 0 }), matchCount({ hits: null, selected: 0 })]).toEqual([
    { at: 2, of: 2 },
    { at: 0, of: 2 },
    { at: 0, of: 0 },
  ]);
});
