/** The rule's value as a line, the limit and where it is good again as lines with their figures, and the axis of both. */
import { useId } from 'react';
import { yOf } from '../decisions/charts';
import { figure, limitWords } from '../incidents/words';
import { msOf, type Zone } from '../time';
import { axis, BOX, coursePath, leftOf, sentence, shownCritical, spanOf } from './course';
import type { Chart, ChartPoint } from './shapes';

export function Ticks({ chart }: { chart: Chart }) {
  const { scale, ticks } = axis(chart);
  return ticks.map((tick) => (
    <span key={tick} style={{ top: `${(yOf(tick, scale, BOX) / BOX.height) * 100}%` }}>
      {figure(tick, chart.unit)}
    </span>
  ));
}

interface Props {
  chart: Chart;
  kind: string;
  zone: Zone;
  /** The point that is pointed at. */
  at: ChartPoint | undefined;
}

export function CourseLine({ chart, kind, zone, at }: Props) {
  const id = useId();
  const { scale, ticks } = axis(chart);
  const span = spanOf(chart);
  const y = (value: number): number => yOf(value, scale, BOX);
  const path = coursePath(chart.points, span, scale);
  const critical = shownCritical(chart, scale);
  const limit = chart.threshold === null ? null : y(chart.threshold);
  const percent = (value: number): string => `${(y(value) / BOX.height) * 100}%`;
  return (
    <div className="inc-course">
      <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" role="img" aria-label={sentence(chart, zone)}>
        {ticks.map((tick) => (
          <path key={tick} className={tick === 0 ? 'g-zero' : 'g-grid'} d={`M0 ${y(tick).toFixed(1)}H${BOX.width}`} />
        ))}
        {chart.resolve_at !== null && <path className="g-resolve" d={`M0 ${y(chart.resolve_at).toFixed(1)}H${BOX.width}`} />}
        {critical !== null && <path className="g-limit worse" d={`M0 ${y(critical).toFixed(1)}H${BOX.width}`} />}
        {limit !== null && <path className="g-limit" d={`M0 ${limit.toFixed(1)}H${BOX.width}`} />}
        <path className="g-line" d={path} />
        {limit !== null && (
          <>
            <clipPath id={id}>
              <rect x="0" width={BOX.width} {...beyondLimit(limit, chart.beyond)} />
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
      {critical !== null && (
        <span className="inc-limit-label" style={{ top: percent(critical) }} aria-hidden="true">
          Critical {limitWords({ threshold: critical, unit: chart.unit, kind })}
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

/** The stretch of the box in which a value is bad; one right on the limit is not. */
const beyondLimit = (limit: number, side: Chart['beyond']): { y: number; height: number } =>
  side === 'above' ? { y: 0, height: Math.max(0, limit - 1) } : { y: limit + 1, height: BOX.height - limit };
