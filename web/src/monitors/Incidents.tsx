/** Runs of failures, each with the issue that it opened. */
import { Link } from '../router';
import { duration } from '../format';
import { full, momentOf, msOf, nsBetween, type Zone } from '../time';
import type { Incident } from './api';

export function Incidents({ incidents, zone, now }: { incidents: readonly Incident[]; zone: Zone; now: number }) {
  return (
    <section className="incidents" aria-label="Incidents">
      <header>
        <h2>Incidents</h2>
      </header>
      {incidents.length === 0 && <p className="mut">No run of failures was long enough for one.</p>}
      <ul>
        {incidents.map((incident) => {
          const ms = msOf(incident.started_ns);
          const open = incident.resolved_ns === null;
          return (
            <li key={incident.id} className={open ? 'open' : undefined}>
              <b>{open ? 'Open' : 'Over'}</b>
              <span>
                since{' '}
                <time dateTime={new Date(ms).toISOString()} title={full(ms, zone)}>
                  {momentOf(ms, now, zone)}
                </time>
                {incident.resolved_ns !== null && `, for ${duration(nsBetween(incident.started_ns, incident.resolved_ns))}`}
              </span>
              <span className="mut">{incident.environment}</span>
              <span className="grow" />
              {incident.issue !== null && <Link href={`/issues/${incident.issue}`}>Issue {incident.issue}</Link>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
