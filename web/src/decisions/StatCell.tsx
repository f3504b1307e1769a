/** One figure with its chart. Pointing at the chart reads a point off it; a hidden table holds all of them. */
import { useState, type PointerEvent, type ReactNode } from 'react';
import type { StatsPoint } from '../api/types';
import { clockMinutes, msOf, type Zone } from '../time';
import { BOX, xOf } from './charts';

export interface Figure {
  text: string;
  tone?: string;
  /** The full value, on hover. */
  exact?: string;
}

interface Props {
  title: string;
  /** Undefined until the first answer. */
  figures: Figure[] | undefined;
  note: string | false | undefined;
  /** What the chart shows, in words. */
  sentence: string;
  points: readonly StatsPoint[];
  /** A point in words, shown in place of the note. */
  reading: (point: StatsPoint, index: number) => string;
  column: string;
  cellText: (point: StatsPoint) => string;
  zone: Zone;
  children: ReactNode;
}

export function StatCell({ title, figures, note, sentence, points, reading, column, cellText, zone, children }: Props) {
  const [pointed, setPointed] = useState<number | null>(null);
  const at = pointed !== null && pointed < points.length ? pointed : null;
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const slot = Math.floor(((event.clientX - box.left) / box.width) * points.length);
    setPointed(Math.max(0, Math.min(points.length - 1, slot)));
  };
  return (
    <div className="stat">
      <p>{at === null ? title : `${clockMinutes(msOf(points[at].t_ns), zone)}  ${reading(points[at], at)}`}</p>
      <div className="figures">
        {(figures ?? [{ text: '\u00a0' }]).map(({ text, tone, exact }) => (
          <strong key={text} className={tone} title={exact}>
            {text}
          </strong>
        ))}
        {note && <small title={note}>{note}</small>}
      </div>
      <svg
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={sentence}
        onPointerMove={points.length > 0 ? point : undefined}
        onPointerLeave={() => setPointed(null)}
      >
        <rect className="c-area" width={BOX.width} height={BOX.height} />
        {points.length > 0 && children}
        {at !== null && <path className="c-cursor" d={`M${xOf(at, points.length).toFixed(1)} 0V${BOX.height}`} />}
      </svg>
      <table className="sr">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th>Time</th>
            <th>{column}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((each) => (
            <tr key={each.t_ns}>
              <td>{clockMinutes(msOf(each.t_ns), zone)}</td>
              <td>{cellText(each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
