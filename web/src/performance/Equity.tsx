/** The net result as it grew, with each group's part in it, and below it how far it was under its highest point. */
import { useRef, useState, type PointerEvent } from 'react';
import { stepPath, xOf, yOf, type Scale } from '../decisions/charts';
import { signum, usd } from '../format';
import { useLanes } from '../lanes';
import { momentOf, msOf, type Zone } from '../time';
import { useSize } from '../ui/useSize';
import type { Performance } from './api';
import { axisOf, EQUITY, FALLS, groupLines, numbers, tickText, type Line } from './course';
import { CourseTable, fallSentence, Legend, sentence } from './EquityNotes';
import { groupName } from './groups';
import { timeTicks } from './timeTicks';
import './equity.css';

interface Props {
  answer: Performance | null;
  zone: Zone;
  now: number;
  /** The group that is pointed at elsewhere. */
  hot: string | null;
}

export function Equity({ answer, zone, now, hot }: Props) {
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const [pointed, setPointed] = useState<number | null>(null);
  const steps = answer?.steps ?? [];
  const total = answer?.total;
  const at = pointed !== null && pointed < steps.length ? pointed : null;
  const sums = numbers(total?.equity_usd ?? []);
  const lines = answer ? groupLines(answer) : [];
  const { scale, ticks } = axisOf([sums, ...lines.map((line) => line.values)]);
  const fromMs = steps.length > 0 ? msOf(steps[0]) : 0;
  const toMs = fromMs + steps.length * (answer?.step_s ?? 0) * 1000;
  const falls = numbers(total?.drawdown_usd ?? []).map((fall) => (fall === 0 ? 0 : -fall));
  const fallScale: Scale = { min: Math.min(-1e-9, ...falls), max: 0 };
  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const slot = Math.floor(((event.clientX - box.left) / box.width) * steps.length);
    setPointed(Math.max(0, Math.min(steps.length - 1, slot)));
  };
  return (
    <section className="equity" aria-label="Equity and drawdown">
      <header>
        <h2>Net result over time</h2>
        <Reading answer={answer} at={at} zone={zone} now={now} />
      </header>
      {answer && lines.length > 0 && (
        <Legend lines={lines} by={answer.by} more={answer.groups.length > lines.length} />
      )}
      <div className="equity-body">
        <div className="equity-axis" aria-hidden="true">
          {total && ticks.map((tick) => (
            <span key={tick} style={{ top: `${(yOf(tick, scale, EQUITY) / EQUITY.height) * 100}%` }}>
              {tickText(tick)}
            </span>
          ))}
        </div>
        <div
          className="equity-plot"
          ref={plot}
          onPointerMove={steps.length > 0 ? point : undefined}
          onPointerLeave={() => setPointed(null)}
        >
          <svg
            className="equity-chart"
            viewBox={`0 0 ${EQUITY.width} ${EQUITY.height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={sentence(answer)}
          >
            {total && ticks.map((tick) => (
              <path
                key={tick}
                className={tick === 0 ? 'e-zero' : 'e-grid'}
                d={`M0 ${yOf(tick, scale, EQUITY).toFixed(1)}H${EQUITY.width}`}
              />
            ))}
            {lines.map((line) => (
              <GroupLine key={line.id} line={line} by={answer!.by} scale={scale} hot={line.id === hot} />
            ))}
            {total && <path className="c-line e-total" d={stepPath(sums, scale, EQUITY)} />}
            {at !== null && <Cursor at={at} n={steps.length} height={EQUITY.height} />}
          </svg>
          <svg
            className="falls-chart"
            viewBox={`0 0 ${FALLS.width} ${FALLS.height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={fallSentence(answer, zone)}
          >
            {total && falls.length > 0 && (
              <>
                <path className="e-falls" d={`${stepPath(falls, fallScale, FALLS)}V2H0Z`} />
                <path className="e-zero" d={`M0 2H${FALLS.width}`} />
              </>
            )}
            {at !== null && <Cursor at={at} n={steps.length} height={FALLS.height} />}
          </svg>
          <div className="equity-times" aria-hidden="true">
            {timeTicks(fromMs, toMs, zone, now, width).map(({ left, text }) => (
              <span key={left} style={{ left: `${left}%` }}>
                {text}
              </span>
            ))}
          </div>
        </div>
        <div className="falls-axis" aria-hidden="true">
          {total && <span>{tickText(-Number(total.drawdown?.usd ?? 0))}</span>}
          {total && <span className="mut">Drawdown</span>}
        </div>
      </div>
      {answer && <CourseTable answer={answer} zone={zone} />}
    </section>
  );
}

const Cursor = ({ at, n, height }: { at: number; n: number; height: number }) => (
  <path className="c-cursor" d={`M${xOf(at, n, EQUITY).toFixed(1)} 0V${height}`} />
);

/** What the pointer is at. */
function Reading({ answer, at, zone, now }: { answer: Performance | null; at: number | null; zone: Zone; now: number }) {
  if (!answer || at === null) return null;
  const { total, steps } = answer;
  const fall = total.drawdown_usd[at];
  return (
    <span className="equity-reading">
      {momentOf(msOf(steps[at]), now, zone)}
      <b>{usd(total.equity_usd[at], { sign: true })}</b>
      {signum(fall) > 0 && <span>{usd(fall)} below the high</span>}
    </span>
  );
}

function GroupLine({ line, by, scale, hot }: { line: Line; by: string; scale: Scale; hot: boolean }) {
  const lane = useLanes()(line.key ?? '');
  const mine = by === 'agent' && line.key !== null;
  return (
    <path
      className={hot ? 'c-line e-group hot' : 'c-line e-group'}
      style={mine ? { stroke: `var(${lane.token})` } : undefined}
      d={stepPath(line.values, scale, EQUITY)}
    >
      <title>{groupName(by, line.key)}</title>
    </path>
  );
}
