/** How long a decision took, with its stages drawn to a square-root scale so that short ones stay visible. */
import type { TraceSummary } from '../api/types';
import { duration } from '../format';
import { ORDER_LIMIT_NS } from '../limits';
import { msOf } from '../time';
import { useNow } from '../ui/useNow';
import { segmentsOf } from './segments';

/** A bar of this length fills its column; longer ones are cut. */
const FULL_NS = 2_500e6;
const COLUMN_PX = 52;

export const isOpen = ({ outcome }: TraceSummary): boolean => outcome === 'flight' || outcome === 'unknown';

export function Latency({ trace, open }: { trace: TraceSummary; open: boolean }) {
  if (open) return <OpenLatency trace={trace} />;
  const slow = trace.duration_ns > ORDER_LIMIT_NS;
  return <Bar trace={trace} ns={trace.duration_ns} className={slow ? 'latency slow' : 'latency'} />;
}

/** Still running: grows with the clock. */
function OpenLatency({ trace }: { trace: TraceSummary }) {
  const now = useNow(1_000);
  const running = Math.max(trace.duration_ns, (now - msOf(trace.start_ns)) * 1e6);
  return <Bar trace={{ stages: [], duration_ns: running }} ns={running} className="latency open" />;
}

interface BarProps {
  trace: Pick<TraceSummary, 'stages' | 'duration_ns'>;
  ns: number;
  className: string;
}

function Bar({ trace, ns, className }: BarProps) {
  const share = Math.max(0.04, Math.sqrt(Math.min(ns, FULL_NS) / FULL_NS));
  return (
    <span className={className}>
      <span className="latency-bar" aria-hidden="true" style={{ width: `${(share * 100).toFixed(1)}%` }}>
        {segmentsOf(trace, share * COLUMN_PX).map((segment, index) => (
          <i key={index} className={segment.money ? 'x' : undefined} style={{ flexGrow: Math.sqrt(segment.ns) }} />
        ))}
      </span>
      {duration(ns)}
    </span>
  );
}
