/** One decision: when, how it ended, whose, what and why, at what price, how long. Two lines on small screens. */
import { memo } from 'react';
import type { TraceSummary } from '../api/types';
import { bps, confidence, duration, plural, signum, usd } from '../format';
import { Icon } from '../icons';
import { OutcomeLabel } from '../outcome';
import { Link } from '../router';
import { clock, dayClock, full, msOf, type Zone } from '../time';
import { AgentName } from '../ui/Lane';
import { describe } from './describe';
import { isOpen, Latency } from './Latency';
import { netPnl } from './pnl';

export interface RowProps {
  trace: TraceSummary;
  index: number;
  top: number;
  selected: boolean;
  fresh: boolean;
  zone: Zone;
  /** The list leaves today, so times carry a date. */
  dated: boolean;
  onSelect: (traceId: string) => void;
  onOpen: (traceId: string) => void;
}

export const rowId = (traceId: string): string => `decision-${traceId}`;

export const DecisionRow = memo(function DecisionRow(props: RowProps) {
  const { trace, index, top, selected, fresh, zone, dated, onSelect, onOpen } = props;
  const { what, why } = describe(trace);
  const ms = msOf(trace.start_ns);
  const quiet = trace.outcome === 'skipped' || trace.outcome === 'completed';
  const open = isOpen(trace);
  const net = netPnl(trace);
  return (
    <div
      id={rowId(trace.trace_id)}
      className={`decision${quiet ? ' quiet' : ''}${fresh ? ' new' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={{ top }}
      onClick={(event) => {
        if (!(event.target as Element).closest('a')) onSelect(trace.trace_id);
      }}
      onDoubleClick={() => onOpen(trace.trace_id)}
    >
      <span className="t mut" role="gridcell" title={full(ms, zone)}>
        {dated ? dayClock(ms, zone) : clock(ms, zone)}
      </span>
      <span className="oc" role="gridcell">
        <OutcomeLabel outcome={trace.outcome} />
      </span>
      <span className="ag" role="gridcell" title={trace.agents.length > 1 ? trace.agents.join(', ') : undefined}>
        <AgentName agent={trace.agent} />
        {trace.agents.length > 1 && <i>+{trace.agents.length - 1}</i>}
      </span>
      <span className="what" role="gridcell">
        <span className="tx" title={why ? `${what}, ${why}` : what}>
          <Link href={`/traces/${trace.trace_id}`} tabIndex={-1} onClick={() => onSelect(trace.trace_id)}>
            {what}
          </Link>
          {why && <span>{why}</span>}
        </span>
        {trace.error_count > 0 && (
          <span className="errors">
            <Icon name="error" small />
            {plural(trace.error_count, 'error')}
          </span>
        )}
      </span>
      <span className="num cf mut" role="gridcell">
        {confidence(trace.confidence)}
      </span>
      <span className="num sl" role="gridcell">
        {bps(trace.slippage_bps)}
      </span>
      <span className="num pl" role="gridcell" title={net ?? undefined}>
        <Pnl value={net} />
      </span>
      <span
        className="num"
        role="gridcell"
        title={open ? undefined : `${duration(trace.duration_ns)}, ${plural(trace.span_count, 'span')}`}
      >
        <Latency trace={trace} open={open} />
      </span>
    </div>
  );
});

/** A signed amount; the sign is always printed, the colour comes second. */
export function Pnl({ value }: { value: string | null }) {
  const sign = signum(value);
  return <span className={sign < 0 ? 'loss' : sign > 0 ? 'gain' : undefined}>{usd(value, { sign: true })}</span>;
}
