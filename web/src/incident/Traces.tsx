/** The traces behind the incident, the most telling first: how each ended, what it was about, how long it took. */
import type { TraceSummary } from '../api/types';
import { duration, plural, shortId } from '../format';
import { OutcomeLabel } from '../outcome';
import { Link } from '../router';
import { momentSeconds, msOf, type Zone } from '../time';
import { titleOf } from '../trace/title';
import { Moment } from '../ui/Moment';
import type { Evidence } from './shapes';

interface At {
  now: number;
  zone: Zone;
}

export function Traces({ evidence: { traces, missing_traces: missing }, ...at }: { evidence: Evidence } & At) {
  if (traces.length + missing.length === 0) return null;
  return (
    <section aria-label="Traces">
      <h3>Traces</h3>
      <ul className="inc-traces">
        {traces.map((trace) => (
          <li key={trace.trace_id}>
            <TraceLine trace={trace} {...at} />
          </li>
        ))}
      </ul>
      {missing.length > 0 && <p className="mut">{plural(missing.length, 'further trace')} named, not kept any more.</p>}
    </section>
  );
}

function TraceLine({ trace, now, zone }: { trace: TraceSummary } & At) {
  return (
    <Link href={`/traces/${trace.trace_id}`}>
      <OutcomeLabel outcome={trace.outcome} />
      <span className="inc-trace-title">
        <span>{titleOf(trace)}</span>
        {trace.reason !== null && <span className="mut">{trace.reason}</span>}
      </span>
      <span className="num mut">{duration(trace.duration_ns)}</span>
      <Moment ns={trace.start_ns} zone={zone} className="num mut">
        {momentSeconds(msOf(trace.start_ns), now, zone)}
      </Moment>
      <span className="mono mut hide-s">{shortId(trace.trace_id)}</span>
    </Link>
  );
}
