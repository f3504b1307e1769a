/** Kinds of entries and verdicts as glyph and word; the shape alone suffices. */
import { OutcomeGlyph } from '../outcome';
import type { ClaimState, Verified } from './shapes';
import { KIND_WORDS, missingOf, resultWord, type State } from './words';
import type { Kind } from './view';
import './glyphs.css';

/** An intent goes out, an outcome comes back, a resolution was looked for. */
const KIND_PATHS: Record<Kind | 'unreadable', string> = {
  intent: 'M2 6h8M7 3l3 3-3 3',
  outcome: 'M10 6H2M5 3L2 6l3 3',
  resolution: 'M5 1.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM7.4 7.4l3 3',
  observe: 'M1 6c1.6-2.6 3.2-3.6 5-3.6S9.4 3.4 11 6C9.4 8.6 7.8 9.6 6 9.6S2.6 8.6 1 6zM6 5v2',
  key: 'M4 3.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6.5 6H11v2.2M9 6v1.6',
  redact: 'M1.5 6h9M2 3h8v6H2z',
  unreadable: 'M2 2l8 8M10 2l-8 8',
};

function Glyph({ className, path }: { className: string; path: string }) {
  return (
    <svg className={`glyph ${className}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** A kind that this version does not know is told in the log's own word. */
export function KindLabel({ kind }: { kind: string }) {
  const known = kind in KIND_PATHS ? (kind as Kind | 'unreadable') : null;
  return (
    <span className={`entry-kind ${kind === 'unreadable' ? 'bad' : ''}`}>
      <Glyph className="entry-glyph" path={known ? KIND_PATHS[known] : 'M2 6h8'} />
      {known ? KIND_WORDS[known] : kind}
    </span>
  );
}

export function StateLabel({ state }: { state: State }) {
  return (
    <span className={state.outcome ? `outcome o-${state.outcome}` : 'outcome'}>
      {state.outcome && <OutcomeGlyph outcome={state.outcome} />}
      {state.word}
    </span>
  );
}

const VERDICT_PATHS = {
  whole: 'M2 6.5l2.8 2.8L10.2 3.2',
  unsigned: 'M2 6.5l2.8 2.8L10.2 3.2',
  unsure: 'M6 1.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM6 3.6v3.2M6 8.6v.05',
  bad: 'M2 2l8 8M10 2l-8 8',
  waiting: 'M2 6h8',
} as const;
export type Look = keyof typeof VERDICT_PATHS;

export function lookOf(verified: Verified | null): Look {
  if (verified === null) return 'waiting';
  if (verified.result === 'tampered') return 'bad';
  if (verified.result === 'unusable') return 'unsure';
  if (missingOf(verified) > 0) return 'unsure';
  return verified.signed ? 'whole' : 'unsigned';
}

export const CLAIM_LOOKS: Record<ClaimState, Look> = {
  in: 'whole',
  differs: 'bad',
  broken: 'bad',
  waiting: 'waiting',
  no_log: 'unsure',
};

export function VerdictGlyph({ look }: { look: Look }) {
  return <Glyph className={`verdict-${look}`} path={VERDICT_PATHS[look]} />;
}

export function VerdictLabel({ verified }: { verified: Verified | null }) {
  const look = lookOf(verified);
  return (
    <span className={`ledger-verdict verdict-${look}`}>
      <VerdictGlyph look={look} />
      {resultWord(verified)}
    </span>
  );
}
