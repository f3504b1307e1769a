/** A status as glyph, word and colour; the shape alone suffices. */
import { STATUS_WORDS, type Standing } from './words';

const RING = 'M6 1.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2z';

/** Missed is a box that nobody ticked; timed out a clock; recovering an arrow upwards. */
const PATHS: Record<Standing, string> = {
  ok: 'M2 6.5l2.8 2.8L10.2 3.2',
  error: 'M2 2l8 8M10 2l-8 8',
  missed: 'M1.8 1.8h8.4v8.4H1.8z',
  timeout: `${RING}M6 3.4V6l1.9 1.2`,
  in_progress: 'M3.5 2l6 4-6 4z',
  unknown: `${RING}M4.8 4.9a1.25 1.25 0 1 1 1.85 1.1c-.45.27-.65.45-.65.85M6 8.3v.05`,
  waiting: 'M2 6h8',
  recovering: 'M6 10.5v-9M2.5 5L6 1.5 9.5 5',
  disabled: 'M4 2v8M8 2v8',
};

export function StatusGlyph({ status }: { status: Standing }) {
  return (
    <svg className={`glyph m-${status}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={PATHS[status]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

export function StatusLabel({ status }: { status: Standing }) {
  return (
    <span className={`status m-${status}`}>
      <StatusGlyph status={status} />
      {STATUS_WORDS[status]}
    </span>
  );
}
