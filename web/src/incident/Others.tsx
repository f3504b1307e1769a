/** Other incidents, a line each. */
import { SeverityGlyph } from '../incidents/Severity';
import type { Incident } from '../incidents/shapes';
import { incidentHref } from '../incidents/view';
import { lasted, severityWord } from '../incidents/words';
import type { Zone } from '../time';
import { LinkLine, LinkList } from '../ui/LinkList';
import { withZone } from '../zone';

interface Props {
  title: string;
  incidents: readonly Incident[];
  now: number;
  zone: Zone;
}

export function Others({ title, ...links }: Props) {
  if (links.incidents.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <IncidentLinks {...links} />
    </section>
  );
}

export function IncidentLinks({ incidents, now, zone }: Omit<Props, 'title'>) {
  return (
    <LinkList>
      {incidents.map((incident) => (
        <LinkLine
          key={incident.id}
          href={withZone(incidentHref(incident.id), zone)}
          glyph={<SeverityGlyph severity={incident.severity} />}
          word={severityWord(incident.severity)}
          title={incident.rule}
          about={incident.summary}
        >
          <span className="num mut">
            {incident.status === 'open' ? `open for ${lasted(incident, now)}` : `resolved after ${lasted(incident, now)}`}
          </span>
        </LinkLine>
      ))}
    </LinkList>
  );
}
