/** The keys that matter most, and how many decisions there are; and the end of the list. */
import type { Counts, Outcome } from '../api/types';
import { count, plural } from '../format';
import { outcomeWord } from '../outcome';
import type { FeedState } from './feed';
import { MAX_ROWS } from './merge';
import './footer.css';

const HINTS: readonly (readonly [keys: readonly string[], text: string])[] = [
  [['j', 'k'], 'move'],
  [['Enter'], 'open trace'],
  [['f'], 'filter by value'],
  [['l'], 'pause'],
];

/** How many rows there are, and how many of them are decisions. */
export function howMany(counts: Counts, outcome: Outcome | null): string {
  if (outcome) return `${count(counts[outcome])} ${outcomeWord(outcome).toLowerCase()}`;
  const others = counts.all - counts.decisions;
  return [plural(counts.decisions, 'decision'), others > 0 && plural(others, 'other')].filter(Boolean).join(', ');
}

export function Footer({ note, onHelp }: { note: string; onHelp: () => void }) {
  return (
    <footer className="key-hints">
      <div>
        {HINTS.map(([keys, text]) => (
          <span key={text}>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
            {text}
          </span>
        ))}
        <button type="button" onClick={onHelp}>
          <kbd>?</kbd>
          all keys
        </button>
      </div>
      <span>{note}</span>
    </footer>
  );
}

/** Below the last row: more to come, the end, or the most this list keeps. */
export function ListFoot({ state, total }: { state: FeedState; total: number }) {
  const { rows, loading, cursor } = state;
  if (rows.length >= MAX_ROWS) {
    return (
      <p className="decisions-foot">{`Showing the newest ${count(rows.length)} of ${count(total)}. Narrow the range or add a filter to see the others.`}</p>
    );
  }
  if (loading === 'older') return <p className="decisions-foot">Loading older decisions</p>;
  return cursor === null && rows.length > 20 ? (
    <p className="decisions-foot">No older decisions in this range</p>
  ) : null;
}
