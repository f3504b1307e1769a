/** Alive or not, safe or not: a glyph whose shape alone tells, a word, and a colour where it asks for attention. */
import type { Alive, Answer } from './api';

interface Look {
  word: string;
  path: string;
  tone?: 'late' | 'gone';
}

const RING = 'M6 1.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2z';
const QUESTION = `${RING}M4.8 4.9a1.25 1.25 0 1 1 1.85 1.1c-.45.27-.65.45-.65.85M6 8.3v.05`;

const LIVES: Record<Alive, Look> = {
  alive: { word: 'Alive', path: 'M2 6.5l2.8 2.8L10.2 3.2' },
  late: { word: 'Late', path: `${RING}M6 3.6V6l1.8 1.1`, tone: 'late' },
  silent: { word: 'Silent', path: 'M2 2l8 8M10 2l-8 8', tone: 'gone' },
  ended: { word: 'Ended', path: 'M2.5 2.5h7v7h-7z' },
  unknown: { word: 'Unknown', path: QUESTION },
};

const ANSWERS: Record<Answer, Look> = {
  yes: LIVES.alive,
  unsure: { word: 'Not sure', path: QUESTION, tone: 'late' },
  no: { word: 'No', path: LIVES.silent.path, tone: 'gone' },
  unknown: { word: 'Unknown', path: QUESTION },
};

function Glyph({ look, large = false }: { look: Look; large?: boolean }) {
  return (
    <svg className={`glyph${large ? ' large' : ''}${look.tone ? ` s-${look.tone}` : ''}`} viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={look.path}
        fill="none"
        stroke="currentColor"
        strokeWidth={large ? 1.2 : 1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export const AnswerGlyph = ({ answer }: { answer: Answer }) => <Glyph look={ANSWERS[answer]} large />;

export const SeverityGlyph = ({ severity }: { severity: 'danger' | 'doubt' }) => (
  <Glyph look={severity === 'danger' ? ANSWERS.no : ANSWERS.unsure} />
);

export function AliveLabel({ alive, broke }: { alive: Alive; broke: boolean }) {
  const look = LIVES[alive];
  const tone = look.tone ?? (broke ? 'gone' : null);
  return (
    <span className={`alive${tone ? ` s-${tone}` : ''}`}>
      <Glyph look={look} />
      {look.word}
    </span>
  );
}
