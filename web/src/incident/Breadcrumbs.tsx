/** The last that the agent did before: its time before the incident, what kind, what happened. */
import { duration } from '../format';
import { full, msOf, nsBetween, type Zone } from '../time';
import type { IncidentDetail } from './shapes';

export function Breadcrumbs({ detail: { evidence, incident }, zone }: { detail: IncidentDetail; zone: Zone }) {
  if (evidence.breadcrumbs.length === 0) return null;
  return (
    <section aria-label="Last breadcrumbs">
      <h3>
        Last breadcrumbs <span className="mut">of the first of these traces that left any</span>
      </h3>
      <ol className="inc-crumbs">
        {evidence.breadcrumbs.map(({ at_ns, name, says }, index) => (
          <li key={index}>
            <span className="num mut" title={full(msOf(at_ns), zone)}>
              {duration(-nsBetween(at_ns, incident.fired_ns))}
            </span>
            <span className="mono">{name}</span>
            <span>{says}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
