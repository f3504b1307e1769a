/** One incident: how bad, which rule of whom, its value against the limit, since when, who was told, how it stands. */
import { Link } from '../router';
import { full, momentOf, msOf, type Zone } from '../time';
import { AgentName } from '../ui/Lane';
import { ListRow, type RowPlace } from '../ui/list/ListRow';
import { Moment } from '../ui/Moment';
import { withZone } from '../zone';
import { SeverityLabel } from './Severity';
import type { Incident } from './shapes';
import { incidentHref } from './view';
import { figure, lasted, limitWords, standing, toldWords, withoutAgent } from './words';

interface Props extends RowPlace {
  incident: Incident;
  now: number;
  zone: Zone;
}

export function IncidentRow({ incident, now, zone, ...place }: Props) {
  const { id, rule, summary, value, unit, status, fired_ns: firedNs } = incident;
  const told = toldWords(incident);
  const { monitor } = incident.labels;
  const stands = standing(incident, now, zone);
  return (
    <ListRow {...place} className={status === 'open' ? 'inc' : 'inc over'} name={`${rule}, incident ${id}`}>
      <span className="inc-severity" role="gridcell">
        <SeverityLabel severity={incident.severity} />
      </span>
      <span className="inc-what" role="gridcell" title={`${rule}\n${summary}`}>
        <Link href={withZone(incidentHref(id), zone)} tabIndex={-1} onClick={() => place.onSelect(id)}>
          {rule}
        </Link>
        <small>{withoutAgent(incident)}</small>
      </span>
      <span className="inc-agent" role="gridcell" title={incident.agent ?? undefined}>
        {incident.agent !== null ? <AgentName agent={incident.agent} /> : typeof monitor === 'string' && <span className="mut">{monitor}</span>}
      </span>
      <span className="num inc-value" role="gridcell">
        {figure(value, unit)}
      </span>
      <span className="inc-limit" role="gridcell">
        {limitWords(incident)}
      </span>
      <span className="num inc-lasted" role="gridcell" title={full(msOf(firedNs), zone)}>
        <span>{lasted(incident, now)}</span>
        <small>
          <Moment ns={firedNs} zone={zone}>
            {momentOf(msOf(firedNs), now, zone)}
          </Moment>
        </small>
      </span>
      <span className="inc-told" role="gridcell" title={told}>
        {told}
      </span>
      <span className="inc-standing" role="gridcell" title={stands}>
        {stands}
      </span>
    </ListRow>
  );
}
