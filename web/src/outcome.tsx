/**
 * How a decision ended, in three ways at once: glyph, word, colour. The shape alone is enough to tell them apart.
 * Violet means money in flight and nothing else; `unknown` is in flight past its deadline.
 */
import type { Outcome } from './api/types';

interface Look {
  word: string;
  path: string;
  fill?: boolean;
  dashed?: boolean;
  strokeWidth?: number;
}

const RING = 'M6 1.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4z';

const LOOKS: Record<Outcome, Look> = {
  traded: { word: 'Traded', path: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z', fill: true },
  skipped: { word: 'Skipped', path: RING },
  rejected: { word: 'Rejected', path: 'M6 1l5 5-5 5-5-5z' },
  failed: { word: 'Failed', path: 'M2 2l8 8M10 2l-8 8', strokeWidth: 1.9 },
  flight: { word: 'In flight', path: RING, dashed: true },
  unknown: { word: 'Unknown', path: RING, dashed: true },
  interrupted: { word: 'Interrupted', path: 'M1 6h3M8 6h3M7.5 1.5l-3 9', strokeWidth: 1.9 },
  completed: { word: 'Completed', path: 'M2 6.5l2.8 2.8L10.2 3.2' },
};

export const outcomeWord = (outcome: Outcome): string => LOOKS[outcome].word;

export function OutcomeGlyph({ outcome }: { outcome: Outcome }) {
  const look = LOOKS[outcome];
  return (
    <svg className={`glyph o-${outcome}`} viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={look.path}
        fill={look.fill ? 'currentColor' : 'none'}
        stroke={look.fill ? 'none' : 'currentColor'}
        strokeWidth={look.strokeWidth ?? 1.5}
        strokeDasharray={look.dashed ? '2.4 2' : undefined}
        strokeLinecap="round"
        strokeLinejoin={outcome === 'completed' ? 'round' : undefined}
      />
      {outcome === 'flight' && <circle cx="6" cy="6" r="1.6" fill="currentColor" />}
      {outcome === 'unknown' && (
        <path
          d="M4.9 5.1a1.15 1.15 0 1 1 1.7 1c-.4.25-.6.4-.6.8M6 8v.05"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.1"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}

/** Glyph and word, coloured where the outcome asks for attention. */
export function OutcomeLabel({ outcome }: { outcome: Outcome }) {
  return (
    <span className={`outcome o-${outcome}`}>
      <OutcomeGlyph outcome={outcome} />
      {LOOKS[outcome].word}
    </span>
  );
}
