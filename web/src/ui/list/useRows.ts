/**
 * What a list of things to do is to its page: which row is selected, which are ticked, and the keys for both. On small
 * screens a row is opened by what selects it elsewhere.
 */
import { useCallback, useRef, type RefObject } from 'react';
import { useKeys } from '../../keyboard';
import { navigate } from '../../router';
import { copyLink } from '../CopyLink';
import type { KeyHelp } from '../HelpDialog';
import { NARROW, useMedia } from '../useMedia';
import type { ListHandle } from './RowList';
import { NO_TICKS, toggled, type Ticks } from './ticks';
import { useTicks } from './useTicks';

interface Page {
  /** What the rows answer: with another question the ticks are gone. */
  question: string;
  selected: number | null;
  /** Keeps its identity from render to render. */
  hrefOf: (id: number) => string;
  onSelect: (id: number | null) => void;
  onClearFilters: () => void;
  /** What the keys 1, 2, 3… choose. */
  tabs: readonly (() => void)[];
}

export interface Rows {
  handle: RefObject<ListHandle | null>;
  /** The box that `/` leads to. */
  input: RefObject<HTMLInputElement | null>;
  ticks: Ticks;
  setTicks: (how: (old: Ticks) => Ticks) => void;
  tick: (id: number) => void;
  open: (id: number) => void;
  select: (id: number) => void;
}

export function useRows({ question, selected, hrefOf, onSelect, onClearFilters, tabs }: Page): Rows {
  const handle = useRef<ListHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  const narrow = useMedia(NARROW);
  const [ticks, setTicks] = useTicks(question);
  const open = useCallback((id: number) => navigate(hrefOf(id)), [hrefOf]);
  const select = useCallback((id: number) => (narrow ? open(id) : onSelect(id)), [narrow, open, onSelect]);
  const tick = useCallback((id: number) => setTicks((old) => toggled(old, id)), [setTicks]);
  useKeys({
    j: () => handle.current?.move(1),
    k: () => handle.current?.move(-1),
    ArrowDown: () => handle.current?.move(1),
    ArrowUp: () => handle.current?.move(-1),
    x: () => selected !== null && tick(selected),
    Enter: () => selected !== null && open(selected),
    '/': () => input.current?.focus(),
    y: copyLink,
    Escape: () => {
      if (ticks.size > 0) setTicks(() => NO_TICKS);
      else if (selected !== null) onSelect(null);
      else onClearFilters();
    },
    ...Object.fromEntries(tabs.map((choose, index) => [String(index + 1), choose])),
  });
  return { handle, input, ticks, setTicks, tick, open, select };
}

/** Those keys in words: of one `issue`, where `/` and the digits lead. */
export const rowsHelp = (one: string, slash: string, digits: KeyHelp[number]): KeyHelp => [
  ['j k', `Next, previous ${one}`],
  ['x', 'Select for a bulk action'],
  ['Enter', `Open the ${one}`],
  ['/', slash],
  digits,
  ['y', 'Copy link'],
  ['Esc', 'Clear the selection, then the filters'],
];
