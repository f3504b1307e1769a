/** The rule's value around the incident and the time in which it fired, shaded; or why there is no value to draw. */
import { useRef, useState, type PointerEvent } from 'react';
import { figure } from '../incidents/words';
import { timeTicks } from '../performance/timeTicks';
import { momentSeconds, msOf, type Zone } from '../time';
import { useSize } from '../ui/useSize';
import { leftOf, nearest, sentence, spanOf } from './course';
import { CourseLine, Ticks } from './CourseLine';
import { CourseTable } from './CourseTable';
import type { Chart as Answer } from './shapes';
import './chart.css';

interface Props {
  chart: Answer | null;
  kind: string;
  now: number;
  zone: Zone;
}

export function Chart({ chart, kind, now, zone }: Props) {
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const [pointed, setPointed] = useState<number | null>(null);
  const points = chart?.points ?? [];
  const shown = pointed === null ? undefined : points[pointed];
  const span = chart ? spanOf(chart) : { fromMs: 0, toMs: 0 };
  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointed(nearest(points, (event.clientX - box.left) / box.width));
  };
  const hasCourse = chart !== null && chart.no_course === null;
  return (
    <section className="inc-chart" aria-label="Value over time">
      <header>
        <h3>{chart?.what ?? 'When it fired'}</h3>
        <p className="inc-reading" aria-hidden="true">
          {shown && chart && (
            <>
              {momentSeconds(msOf(shown.t_ns), now, zone)}
              <b>{shown.value === null ? 'too little to judge' : figure(shown.value, chart.unit)}</b>
            </>
          )}
        </p>
        <div className="grow" />
        {chart && <Legend chart={chart} hasCourse={hasCourse} />}
      </header>
      {chart?.no_course && <p className="mut">{chart.no_course}</p>}
      <div className={hasCourse || !chart ? 'inc-plot-body' : 'inc-plot-body states'}>
        <div className="inc-axis" aria-hidden="true">
          {hasCourse && <Ticks chart={chart} />}
        </div>
        <div
          className="inc-plot"
          ref={plot}
          onPointerMove={hasCourse ? point : undefined}
          onPointerLeave={() => setPointed(null)}
        >
          {chart && <Firing chart={chart} />}
          {hasCourse && <CourseLine chart={chart} kind={kind} zone={zone} at={shown} />}
          {chart && <p className="sr">{sentence(chart, zone)}</p>}
          <div className="inc-times" aria-hidden="true">
            {timeTicks(span.fromMs, span.toMs, zone, now, width).map(({ left, text }) => (
              <span key={left} style={{ left: `${left}%` }}>
                {text}
              </span>
            ))}
          </div>
        </div>
      </div>
      {hasCourse && <CourseTable chart={chart} zone={zone} />}
    </section>
  );
}

function Legend({ chart, hasCourse }: { chart: Answer; hasCourse: boolean }) {
  return (
    <ul className="inc-legend" aria-hidden="true">
      <li>
        <i className="k-beyond" />
        {chart.threshold === null ? 'bad, not firing yet' : 'beyond the limit'}
      </li>
      <li>
        <i className="k-firing" />
        firing
      </li>
      {hasCourse && chart.resolve_at !== null && (
        <li>
          <i className="k-resolve" />
          good again
        </li>
      )}
    </ul>
  );
}

/** From when the value was beyond the limit, and from when on it fired. */
function Firing({ chart }: { chart: Answer }) {
  const span = spanOf(chart);
  const [began, fired] = [leftOf(msOf(chart.began_ns), span), leftOf(msOf(chart.fired_ns), span)];
  const ends = chart.resolved_ns === null ? 100 : leftOf(msOf(chart.resolved_ns), span);
  return (
    <>
      <span className="inc-beyond" style={{ left: `${began}%`, width: `${fired - began}%` }} aria-hidden="true" />
      <span className="inc-firing" style={{ left: `${fired}%`, width: `${Math.max(0, ends - fired)}%` }} aria-hidden="true" />
    </>
  );
}
