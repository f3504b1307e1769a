/** How the sessions of a release went, step by step: the well ones at the foot, on top of them what went wrong. */
import { useMemo, useRef, useState } from 'react';
import { count, duration } from '../format';
import { timeTicks } from '../performance/timeTicks';
import { momentOf, msOf, type Zone } from '../time';
import { useSize } from '../ui/useSize';
import type { Deploy, Sessions } from './types';
import { flagsOf, segmentsOf, sinceFirst, spanOf, topOf } from './bars';
import { crashFree, PARTS, sessionWords } from './figures';
import './session-chart.css';

interface Props {
  answer: Sessions | null;
  deploys: readonly Deploy[];
  zone: Zone;
  now: number;
}

export function SessionChart({ answer, deploys, zone, now }: Props) {
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const [pointed, setPointed] = useState<number | null>(null);
  const points = useMemo(() => sinceFirst(answer?.points ?? []), [answer]);
  const top = topOf(points);
  const span = spanOf(points, answer?.step_s ?? 0);
  const shown = pointed === null ? undefined : points[pointed];
  return (
    <section className="sessions" aria-label="Sessions over time">
      <header>
        <h2>Sessions</h2>
        <p className="mut" aria-hidden="true">
          {answer && (shown ? `${momentOf(msOf(shown.t_ns), now, zone)}, ${sessionWords(shown)}` : stepWords(answer))}
        </p>
        <div className="grow" />
        <ul className="sessions-legend">
          {PARTS.map(({ status, word, help }) => (
            <li key={status} title={help}>
              <i className={`sess s-${status}`} aria-hidden="true" />
              {word}
              <span className="mut">{answer && count(answer.totals[status])}</span>
            </li>
          ))}
        </ul>
      </header>
      {answer?.totals.sessions === 0 ? (
        <p className="sessions-none">No session of this release began in this time range.</p>
      ) : (
        <div className="sessions-body">
          <div className="sessions-axis" aria-hidden="true">
            <span>{answer && count(top)}</span>
            <span>0</span>
          </div>
          <div ref={plot} className="sessions-plot" onPointerLeave={() => setPointed(null)}>
            <div className="sessions-bars" role="img" aria-label={answer ? sentence(answer) : 'Sessions, loading'}>
              {points.map((point, i) => (
                <span key={point.t_ns} onPointerEnter={() => setPointed(i)}>
                  {segmentsOf(point, top).map(({ status, bottom, height }) => (
                    <i key={status} className={`sess s-${status}`} style={{ bottom: `${bottom}%`, height: `${height}%` }} />
                  ))}
                </span>
              ))}
            </div>
            {flagsOf(deploys, span).map(({ left, environments }) => (
              <span
                key={left}
                className={left > 80 ? 'sessions-deploy late' : 'sessions-deploy'}
                style={{ left: `${left}%` }}
                aria-hidden="true"
              >
                <span>{environments.join(', ')}</span>
              </span>
            ))}
            <div className="sessions-times" aria-hidden="true">
              {timeTicks(span.fromMs, span.toMs, zone, now, width).map(({ left, text }) => (
                <span key={left} style={{ left: `${left}%` }}>
                  {text}
                </span>
              ))}
            </div>
          </div>
        </div>
      )}
      {answer && <SessionTable answer={answer} zone={zone} now={now} />}
    </section>
  );
}

const stepWords = ({ step_s: stepS }: Sessions): string => `began in each ${duration(stepS * 1e9)}`;

const sentence = ({ totals }: Sessions): string => `${sessionWords(totals)}. Crash-free: ${crashFree(totals)}.`;

/** The same for those who cannot see the bars. */
function SessionTable({ answer, zone, now }: { answer: Sessions; zone: Zone; now: number }) {
  const busy = answer.points.filter(({ sessions }) => sessions > 0);
  return (
    <table className="sr">
      <caption>Sessions by step</caption>
      <thead>
        <tr>
          <th>From</th>
          {PARTS.map(({ status, word }) => (
            <th key={status}>{word}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {busy.map((point) => (
          <tr key={point.t_ns}>
            <td>{momentOf(msOf(point.t_ns), now, zone)}</td>
            {PARTS.map(({ status }) => (
              <td key={status}>{count(point[status])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
