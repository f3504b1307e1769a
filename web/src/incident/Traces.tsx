/** The traces behind the incident, the most telling first: how each ended, what it was about, how long it took. */
import type { TraceSummary } from '../api/types';
import { duration, plural, shortId } from '../format';
import { OutcomeLabel } from '../outcome';
import { Link } from '../router';
import { full, momentSeconds, msOf } from '../time';
import { titleOf } from '../trace/title';
import type { Evidence } from './shapes';

export function Traces({ evidence: { traces, missing_traces: missing }, now }: { evidence: Evidence; now: number }) {
  if (traces.length + missing.length === 0) return null;
  return (
    <section aria-label="Traces">
      <h3>Traces</h3>
      <ul className="inc-traces">
        {traces.map((trace) => (
          <li key={trace.trace_id}>
            <TraceLine trace={trace} now={now} />
          </li>
        ))}
      </ul>
      {missing.length > 0 && <p className="mut">{plural(missing.length, 'further trace')} named, not kept any more.</p>}
    </section>
  );
}

function TraceLine({ trace, now }: { trace: TraceSummary; now: number }) {
  const ms = msOf(trace.start_ns);
  return (
    <Link href={`/traces/${trace.trace_id}`}>
      <OutcomeLabel outcome={trace.outcome} />
      <span className="inc-trace-title">
        <span>{titleOf(trace)}</span>
        {trace.reason !== null && <span className="mut">{trace.reason}</span>}
      </span>
      <span className="num mut">{duration(trace.duration_ns)}</span>
      <time className="num mut" dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
        {momentSeconds(ms, now, 'utc')}
      </time>
      <span className="mono mut hide-s">{shortId(trace.trace_id)}</span>
    </Link>
  );
}
