/** A monitor in one environment: how it stands, when it is expected, how the range went. */
import type { ReactNode } from 'react';
import { Link } from '../router';
import { ago, full, msOf, type Zone } from '../time';
import type { Lane, Monitor } from './api';
import { StatusLabel } from './glyphs';
import { Timeline } from './Timeline';
import { atWords, countWords, nextWords, standing, sum, uptime } from './words';

interface Props {
  monitor: Monitor;
  lane: Lane;
  zone: Zone;
  now: number;
  /** At the end of the row, on the monitor's own page. */
  children?: ReactNode;
}

export function LaneRow({ monitor, lane, zone, now, children }: Props) {
  const muted = monitor.muted || lane.muted;
  return (
    <div className="lane-row" role="listitem" aria-label={`${monitor.name}, ${lane.environment}`}>
      <span className="lane-environment">{lane.environment}</span>
      <span className="lane-status">
        <StatusLabel status={standing(monitor, lane)} />
        {muted && <span className="mut">muted</span>}
        {lane.incident?.issue != null && (
          <Link className="lane-issue" href={`/issues/${lane.incident.issue}`}>
            issue
          </Link>
        )}
      </span>
      <span className="lane-timeline">
        <Timeline timeline={lane.timeline} zone={zone} now={now} />
        <small>{countWords(sum(lane.timeline)) || 'no check-ins'}</small>
      </span>
      <span className="lane-uptime num" title="OK, of those that have ended">
        {uptime(lane.uptime_percent)}
      </span>
      <span className="lane-next">{monitor.enabled ? <Next lane={lane} zone={zone} now={now} /> : ''}</span>
      <span className="lane-last">
        <Last lane={lane} now={now} />
      </span>
      {children}
    </div>
  );
}

function Next({ lane, zone, now }: Pick<Props, 'lane' | 'zone' | 'now'>) {
  const ns = lane.next_expected_ns;
  if (ns === null) return <span className="mut">{nextWords(lane, now)}</span>;
  return (
    <time dateTime={new Date(msOf(ns)).toISOString()} title={full(msOf(ns), zone)}>
      {nextWords(lane, now)}
      <span className="mut">, {atWords(msOf(ns), now, zone)}</span>
    </time>
  );
}

function Last({ lane, now }: Pick<Props, 'lane' | 'now'>) {
  const ns = lane.last_check_in_ns;
  if (ns === null) return <span className="mut">none yet</span>;
  return (
    <time dateTime={new Date(msOf(ns)).toISOString()} title={full(msOf(ns), 'utc')}>
      {ago(msOf(ns), now)}
    </time>
  );
}
