/** Logs of the trace, those of this span first in sight; loaded when the tab is first opened. */
import { get } from '../api/client';
import { array, nullable, number, object, string } from '../api/decode';
import { value } from '../api/shapes';
import type { Attribute, Value } from '../api/types';
import { useQuery } from '../api/useQuery';
import { duration } from '../format';
import { PlainAttributes } from './AttributeList';
import { instant, nsSince } from './instant';
import { shownText } from './value';
import type { ValueActions } from './ValueMenu';

interface Log {
  time_ns: string;
  severity: string | null;
  severity_number: number;
  body: Value;
  span_id: string | null;
  agent: string;
  attributes: Attribute[];
}

const logs = object<{ logs: Log[] }>({
  logs: array(
    object<Log>({
      time_ns: string,
      severity: nullable(string),
      severity_number: number,
      body: value,
      span_id: nullable(string),
      agent: string,
      attributes: array(object<Attribute>({ key: string, value })),
    }),
  ),
});

/** As many as the hub gives at once; it gives the newest. */
const LIMIT = 200;
/** OpenTelemetry severity numbers: 13 and up is WARN, 17 and up ERROR. */
const [WARN, ERROR] = [13, 17];

interface Props {
  traceId: string;
  spanId: string;
  /** Unix nanoseconds from which times are counted. */
  originNs: string;
  actions: ValueActions;
}

export function LogsTab({ traceId, spanId, originNs, actions }: Props) {
  const { data, error, refresh } = useQuery(`logs ${traceId}`, (signal) =>
    get(`/api/v1/logs?${new URLSearchParams({ trace_id: traceId, limit: String(LIMIT) }).toString()}`, logs, signal),
  );
  if (error && !data) {
    return (
      <div className="nothing">
        <p>
          {error.message} {error.hint}
        </p>
        <button type="button" className="btn" onClick={refresh}>
          Retry
        </button>
      </div>
    );
  }
  if (!data) return <p className="nothing">Loading logs</p>;
  const inOrder = data.logs.toReversed();
  const own = inOrder.filter((log) => log.span_id === spanId);
  const rest = inOrder.filter((log) => log.span_id !== spanId);
  if (data.logs.length === 0) return <p className="nothing">No logs were sent with this trace id.</p>;
  return (
    <>
      {data.logs.length === LIMIT && <p className="note-line">The newest {LIMIT} logs of this trace; older ones are not shown.</p>}
      <h3>On this span</h3>
      {own.length === 0 && <p className="nothing">None</p>}
      <LogList entries={own} originNs={originNs} actions={actions} />
      {rest.length > 0 && <h3>Elsewhere in the trace</h3>}
      <LogList entries={rest} originNs={originNs} actions={actions} />
    </>
  );
}

function LogList({ entries, originNs, actions }: { entries: readonly Log[]; originNs: string; actions: ValueActions }) {
  const origin = instant(originNs);
  return (
    <ol className="logs">
      {entries.map((log, index) => (
        <li key={index}>
          <div className="event-head">
            <b className={tone(log.severity_number)}>{log.severity ?? 'log'}</b>
            <span title={log.time_ns}>{duration(nsSince(origin, log.time_ns))}</span>
          </div>
          <p>{shownText(log.body)}</p>
          <PlainAttributes attributes={log.attributes} actions={actions} />
        </li>
      ))}
    </ol>
  );
}

const tone = (severity: number): string => (severity >= ERROR ? 'o-failed' : severity >= WARN ? 'o-rejected' : 'mut');
