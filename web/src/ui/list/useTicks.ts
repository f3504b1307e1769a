/** The rows that are ticked; none of them once another question is asked. */
import { useCallback, useState } from 'react';
import { NO_TICKS, type Ticks } from './ticks';

export function useTicks(question: string): [ticks: Ticks, change: (how: (old: Ticks) => Ticks) => void] {
  const [kept, setKept] = useState({ question, ticks: NO_TICKS });
  const change = useCallback(
    (how: (old: Ticks) => Ticks) =>
      setKept((old) => ({ question, ticks: how(old.question === question ? old.ticks : NO_TICKS) })),
    [question],
  );
  return [kept.question === question ? kept.ticks : NO_TICKS, change];
}
