/** The runs of a monitor, the newest first: how each ended, how long it took, and the trace it happened in. */
import { duration, shortId } from '../format';
import { Link } from '../router';
import { full, momentSeconds, msOf, type Zone } from '../time';
import type { CheckIn } from './api';
import { StatusLabel } from './glyphs';

interface Props {
  checkIns: readonly CheckIn[];
  more: boolean;
  onMore: () => void;
  zone: Zone;
  now: number;
}

export function CheckIns({ checkIns, more, onMore, zone, now }: Props) {
  return (
    <section className="check-ins" aria-label="Check-ins">
      <header>
        <h2>Check-ins</h2>
      </header>
      {checkIns.length === 0 ? (
        <p className="mut">None in this time range.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Status</th>
              <th>Environment</th>
              <th className="num">Took</th>
              <th className="num">Late by</th>
              <th className="c-release">Release</th>
              <th>Trace</th>
            </tr>
          </thead>
          <tbody>
            {checkIns.map((checkIn) => (
              <tr key={`${checkIn.environment} ${checkIn.id}`}>
                <td>
                  <time dateTime={new Date(msOf(checkIn.started_ns)).toISOString()} title={full(msOf(checkIn.started_ns), zone)}>
                    {momentSeconds(msOf(checkIn.started_ns), now, zone)}
                  </time>
                </td>
                <td>
                  <StatusLabel status={checkIn.status} />
                </td>
                <td className="mut">{checkIn.environment}</td>
                <td className="num">{checkIn.duration_s === null ? '' : duration(checkIn.duration_s * 1e9)}</td>
                <td className="num mut">{lateBy(checkIn)}</td>
                <td className="c-release" title={checkIn.release ?? undefined}>
                  {checkIn.release && <Link href={`/releases/${encodeURIComponent(checkIn.release)}`}>{checkIn.release}</Link>}
                </td>
                <td>
                  {checkIn.trace_id && (
                    <Link className="mono" href={`/traces/${checkIn.trace_id}`} title={checkIn.trace_id}>
                      {shortId(checkIn.trace_id)}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more && (
        <button type="button" className="btn" onClick={onMore}>
          Show older check-ins
        </button>
      )}
    </section>
  );
}

/** A run that began when it was expected, to the second, was not late; one that was missed never began. */
function lateBy({ status, expected_ns: expected, started_ns: started }: CheckIn): string {
  if (expected === null || status === 'missed') return '';
  const ms = msOf(started) - msOf(expected);
  return ms >= 1_000 ? duration(ms * 1e6) : '';
}
