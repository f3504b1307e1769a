/** One incident: how bad, which rule of whom, its value against the limit, since when, who was told, how it stands. */
import { Link } from '../router';
import { full, momentOf, msOf } from '../time';
import { AgentName } from '../ui/Lane';
import { SeverityLabel } from './Severity';
import type { Incident } from './shapes';
import { incidentHref } from './view';
import { figure, lasted, limitWords, standing, toldWords, withoutAgent } from './words';

interface Props {
  incident: Incident;
  index: number;
  selected: boolean;
  ticked: boolean;
  now: number;
  onSelect: (id: number) => void;
  onTick: (id: number) => void;
  onOpen: (id: number) => void;
}

export const rowId = (id: number): string => `incident-${id}`;

export function IncidentRow({ incident, index, selected, ticked, now, onSelect, onTick, onOpen }: Props) {
  const { id, rule, summary, value, unit, status, fired_ns: firedNs } = incident;
  const firedMs = msOf(firedNs);
  const told = toldWords(incident);
  const { monitor } = incident.labels;
  const stands = standing(incident, now, 'utc');
  return (
    <div
      id={rowId(id)}
      className={status === 'open' ? 'inc' : 'inc over'}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={(event) => {
        if (!(event.target as Element).closest('a, label')) onSelect(id);
      }}
      onDoubleClick={() => onOpen(id)}
    >
      <span className="i-tick" role="gridcell">
        <label className="row-tick">
          <input type="checkbox" checked={ticked} tabIndex={-1} onChange={() => onTick(id)} />
          <span className="sr">
            Select {rule}, incident {id}
          </span>
        </label>
      </span>
      <span className="inc-severity" role="gridcell">
        <SeverityLabel severity={incident.severity} />
      </span>
      <span className="inc-what" role="gridcell" title={`${rule}\n${summary}`}>
        <Link href={incidentHref(id)} tabIndex={-1} onClick={() => onSelect(id)}>
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
      <span className="num inc-lasted" role="gridcell" title={full(firedMs, 'utc')}>
        <span>{lasted(incident, now)}</span>
        <small>
          {status === 'open' && 'since '}
          <time dateTime={new Date(firedMs).toISOString()}>{momentOf(firedMs, now, 'utc')}</time>
        </small>
      </span>
      <span className="inc-told" role="gridcell" title={told}>
        {told}
      </span>
      <span className="inc-standing" role="gridcell" title={stands}>
        {stands}
      </span>
    </div>
  );
}
