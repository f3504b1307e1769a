/** The keyboard of the trace page: letters anywhere on the page, movement within the grid. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { useKeys } from '../keyboard';
import type { KeyHelp } from '../ui/HelpDialog';
import { collapse, expand, move, moveToEnd, nextError, nextLane, nextMatch, zoomBy } from './commands';
import type { Story } from './useStory';
import type { ChangeView } from './useView';
import type { ViewState } from './view';

export const TRACE_KEYS: KeyHelp = [
  ['j k', 'Next, previous span'],
  ['← →', 'Collapse, expand'],
  ['Enter', 'Details of the span'],
  ['/', 'Find in trace'],
  ['n N', 'Next, previous match'],
  ['m', 'Matches only'],
  ['c', 'Critical path'],
  ['+ −', 'Zoom in, out'],
  ['z', 'Zoom to the span'],
  ['0', 'Fit'],
  ['e E', 'Next, previous error'],
  ['[ ]', 'Previous, next lane'],
  ['y', 'Copy link'],
  ['Esc', 'Back'],
];

const PAGE_ROWS = 12;

interface Places {
  grid: RefObject<HTMLElement | null>;
  find: RefObject<HTMLInputElement | null>;
  copyLink: () => void;
  openPanel: () => void;
  back: () => void;
}

/** Returns what the grid does with keys while it has the focus. */
export function useTraceKeys(story: Story, state: ViewState, change: ChangeView, places: Places) {
  const { find, copyLink, back, openPanel } = places;
  useKeys({
    j: () => move(story, 1),
    k: () => move(story, -1),
    n: () => nextMatch(story, 1),
    N: () => nextMatch(story, -1),
    m: () => change({ only: !state.only }),
    c: () => change({ criticalPath: !state.criticalPath }),
    '+': () => zoomBy(story, true),
    '=': () => zoomBy(story, true),
    '-': () => zoomBy(story, false),
    '\u2212': () => zoomBy(story, false),
    z: () => story.zoomToSpan(story.selected),
    '0': () => story.setView(story.whole),
    e: () => nextError(story, 1),
    E: () => nextError(story, -1),
    '[': () => nextLane(story, -1),
    ']': () => nextLane(story, 1),
    y: copyLink,
    '/': () => find.current?.select(),
    Escape: back,
  });

  const inGrid: Record<string, () => void> = {
    ArrowDown: () => move(story, 1),
    ArrowUp: () => move(story, -1),
    ArrowLeft: () => collapse(story),
    ArrowRight: () => expand(story),
    PageDown: () => move(story, PAGE_ROWS),
    PageUp: () => move(story, -PAGE_ROWS),
    Home: () => moveToEnd(story, 'first'),
    End: () => moveToEnd(story, 'last'),
    Enter: openPanel,
    ' ': openPanel,
  };
  const onKey = (event: KeyPress): void => {
    if (event.defaultPrevented || !Object.hasOwn(inGrid, event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    inGrid[event.key]();
  };
  useUnfocused(onKey);
  return onKey;
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'preventDefault'> & {
  readonly defaultPrevented: boolean;
};

/** While nothing has the focus the grid's keys work as if it had: a page just opened can be walked at once. */
function useUnfocused(onKey: (event: KeyPress) => void): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.target === document.body && !document.querySelector('dialog[open]')) latest.current(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
