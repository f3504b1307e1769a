/** Beside an agent: what is firing of it, the worst by its glyph; nothing when nothing is. */
import { plural } from '../format';
import { Link } from '../router';
import { useOpenIncidents } from '../shell/context';
import { SeverityGlyph } from './Severity';
import { incidentHref, incidentsHref } from './view';
import { severityWord } from './words';
import './agent-incidents.css';

export function AgentIncidents({ agent }: { agent: string }) {
  const incidents = useOpenIncidents().of(agent);
  if (incidents.length === 0) return null;
  const [worst] = incidents;
  const several = incidents.length > 1;
  return (
    <Link
      className="agent-incidents"
      href={several ? incidentsHref({ agent }) : incidentHref(worst.id)}
      title={incidents.map(({ rule }) => rule).join(', ')}
    >
      <SeverityGlyph severity={worst.severity} />
      <span className="sr">{severityWord(worst.severity)}: </span>
      <span>{several ? plural(incidents.length, 'incident') : worst.rule}</span>
    </Link>
  );
}
