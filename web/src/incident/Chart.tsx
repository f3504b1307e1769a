/** The rule's value around the incident, the limit as a line with its figure, and the time in which it fired shaded. */
import { useId, useRef, useState, type PointerEvent } from 'react';
import { yOf } from '../decisions/charts';
import { figure, limitWords } from '../incidents/words';
import { timeTicks } from '../performance/timeTicks';
import { clockSeconds, momentSeconds, msOf, zoneName, type Zone } from '../time';
import { useSize } from '../ui/useSize';
import { axis, BOX, coursePath, leftOf, nearest, sentence, spanOf, tableRows, whyNoCourse } from './course';
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
  const without = chart && whyNoCourse(chart);
  const hasCourse = chart !== null && without === null;
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
      {without && <p className="mut">{without}</p>}
      <div className={hasCourse || !chart ? 'inc-plot-body' : 'inc-plot-body states'}>
        <Ticks chart={hasCourse ? chart : null} />
        <div
          className="inc-plot"
          ref={plot}
          onPointerMove={hasCourse ? point : undefined}
          onPointerLeave={() => setPointed(null)}
        >
          {chart && <Firing chart={chart} />}
          {hasCourse && <Course chart={chart} kind={kind} zone={zone} at={shown} />}
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
      {hasCourse && <Table chart={chart} zone={zone} />}
    </section>
  );
}

function Legend({ chart, hasCourse }: { chart: Answer; hasCourse: boolean }) {
  return (
    <ul className="inc-legend" aria-hidden="true">
      <li>
        <i className="k-beyond" />
        beyond the limit
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

function Ticks({ chart }: { chart: Answer | null }) {
  const { scale, ticks } = chart ? axis(chart) : { scale: { min: 0, max: 1 }, ticks: [] };
  return (
    <div className="inc-axis" aria-hidden="true">
      {ticks.map((tick) => (
        <span key={tick} style={{ top: `${(yOf(tick, scale, BOX) / BOX.height) * 100}%` }}>
          {chart && figure(tick, chart.unit)}
        </span>
      ))}
    </div>
  );
}

function Course({ chart, kind, zone, at }: { chart: Answer; kind: string; zone: Zone; at: Answer['points'][number] | undefined }) {
  const id = useId();
  const { scale, ticks } = axis(chart);
  const span = spanOf(chart);
  const y = (value: number): number => yOf(value, scale, BOX);
  const path = coursePath(chart.points, span, scale);
  const limit = chart.threshold === null ? null : y(chart.threshold);
  const beyond = limit === null ? null : chart.beyond === 'above' ? { y: 0, height: Math.max(0, limit - 1) } : { y: limit + 1, height: BOX.height - limit };
  const percent = (value: number): string => `${(y(value) / BOX.height) * 100}%`;
  return (
    <div className="inc-course">
      <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" role="img" aria-label={sentence(chart, zone)}>
        {ticks.map((tick) => (
          <path key={tick} className={tick === 0 ? 'g-zero' : 'g-grid'} d={`M0 ${y(tick).toFixed(1)}H${BOX.width}`} />
        ))}
        {chart.resolve_at !== null && <path className="g-resolve" d={`M0 ${y(chart.resolve_at).toFixed(1)}H${BOX.width}`} />}
        {limit !== null && <path className="g-limit" d={`M0 ${limit.toFixed(1)}H${BOX.width}`} />}
        <path className="g-line" d={path} />
        {beyond && (
          <>
            <clipPath id={id}>
              <rect x="0" width={BOX.width} {...beyond} />
            </clipPath>
            <path className="g-line bad" d={path} clipPath={`url(#${id})`} />
          </>
        )}
      </svg>
      {chart.threshold !== null && (
        <span className="inc-limit-label" style={{ top: percent(chart.threshold) }} aria-hidden="true">
          {limitWords({ threshold: chart.threshold, unit: chart.unit, kind })}
        </span>
      )}
      {chart.resolve_at !== null && (
        <span className="inc-limit-label good" style={{ top: percent(chart.resolve_at) }} aria-hidden="true">
          {figure(chart.resolve_at, chart.unit)}
        </span>
      )}
      {at && (
        <span className="inc-cursor" style={{ left: `${leftOf(msOf(at.t_ns), span)}%` }} aria-hidden="true">
          {at.value !== null && <i style={{ top: percent(at.value) }} />}
        </span>
      )}
    </div>
  );
}

/** The same for those who cannot see the line. */
function Table({ chart, zone }: { chart: Answer; zone: Zone }) {
  return (
    <div className="sr">
      <table>
        <caption>{chart.what}, the worst of each stretch</caption>
        <thead>
          <tr>
            <th>Time, {zoneName(zone)}</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {tableRows(chart).map(({ t_ns, value }) => (
            <tr key={t_ns}>
              <td>{clockSeconds(msOf(t_ns), zone)}</td>
              <td>{figure(value, chart.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
