/** Column heads and the time axis: the first row of the treegrid, which stays on top. */
import { type View, tickLabel } from './scale';

interface Props {
  view: View;
  ticks: readonly number[];
  step: number;
}

/** A label that begins this close to the right end has no room. */
const LAST_LABEL = 0.96;

export function Ruler({ view, ticks, step }: Props) {
  const share = (at: number): number => (at - view.from) / (view.to - view.from);
  return (
    <div role="row" className="rul" aria-rowindex={1}>
      <div role="columnheader" className="nm">
        Span
      </div>
      <div role="columnheader" className="num">
        Money
      </div>
      <div role="columnheader" className="num took">
        Duration
      </div>
      <div role="columnheader" className="tk">
        <span className="sr">Timeline</span>
        {ticks
          .filter((at) => share(at) < LAST_LABEL)
          .map((at) => (
            <span key={at} aria-hidden="true" className="tick" style={{ left: `${share(at) * 100}%` }}>
              {tickLabel(at, step)}
            </span>
          ))}
      </div>
    </div>
  );
}
