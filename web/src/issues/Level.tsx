/** How bad: glyph, word, colour. The shape alone is enough to tell the levels apart. */
import type { Level } from './shapes';
import { levelWord } from './words';
import './level.css';

const SHAPES: Record<Level, { path: string; fill?: boolean }> = {
  fatal: { path: 'M3.8 1h4.4L11 3.8v4.4L8.2 11H3.8L1 8.2V3.8zM4 4l4 4M8 4l-4 4', fill: true },
  error: { path: 'M6 1.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6zM6 3.6v2.8M6 8.4v.1' },
  warning: { path: 'M6 1.4L11 10.4H1zM6 4.8v2.4M6 8.8v.1' },
  info: { path: 'M2 2h8v8H2zM6 5.4v2.8M6 3.8v.1' },
  debug: { path: 'M2 6h.1M6 6h.1M10 6h.1' },
};

export function LevelGlyph({ level }: { level: Level }) {
  const { path, fill } = SHAPES[level];
  const [outline, ...marks] = path.split(/(?=M)/);
  return (
    <svg className={`glyph level-${level}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={outline} fill={fill ? 'currentColor' : 'none'} stroke="currentColor" strokeLinecap="round" strokeLinejoin="round" />
      <path d={marks.join('')} className={fill ? 'level-cut' : undefined} />
    </svg>
  );
}

export function LevelLabel({ level }: { level: Level }) {
  return (
    <span className={`level level-${level}`}>
      <LevelGlyph level={level} />
      <span>{levelWord(level)}</span>
    </span>
  );
}
