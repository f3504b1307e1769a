/** Other incidents, a line each. */
import { SeverityGlyph } from '../incidents/Severity';
import type { Incident } from '../incidents/shapes';
import { incidentHref } from '../incidents/view';
import { lasted, severityWord } from '../incidents/words';
import { Link } from '../router';
import './others.css';

interface Props {
  title: string;
  incidents: readonly Incident[];
  now: number;
}

export function Others({ title, incidents, now }: Props) {
  if (incidents.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <IncidentLinks incidents={incidents} now={now} />
    </section>
  );
}

export function IncidentLinks({ incidents, now }: Omit<Props, 'title'>) {
  return (
    <ul className="inc-links">
      {incidents.map((incident) => (
        <li key={incident.id}>
          <Link href={incidentHref(incident.id)} title={incident.summary}>
            <SeverityGlyph severity={incident.severity} />
            <span className="sr">{severityWord(incident.severity)}: </span>
            <span className="inc-link-title">{incident.rule}</span>
            <span className="num mut">
              {incident.status === 'open' ? `open for ${lasted(incident, now)}` : `resolved after ${lasted(incident, now)}`}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
