/** How bad: glyph, word, colour; the shapes are those of an issue's levels. */
import { LevelGlyph } from '../issues/Level';
import type { Level } from '../issues/shapes';
import type { Severity } from './shapes';
import { severityWord } from './words';
import '../issues/level.css';

const LEVELS: Record<Severity, Level> = { critical: 'fatal', error: 'error', warning: 'warning', info: 'info' };

export const SeverityGlyph = ({ severity }: { severity: Severity }) => <LevelGlyph level={LEVELS[severity]} />;

export function SeverityLabel({ severity }: { severity: Severity }) {
  return (
    <span className={`level level-${LEVELS[severity]}`}>
      <SeverityGlyph severity={severity} />
      <span>{severityWord(severity)}</span>
    </span>
  );
}
