/** What fired, of whom, how bad; how it stands, and what can be done about it. */
import { figure, lasted, limitWords, muteWords } from '../incidents/words';
import { incidentsHref } from '../incidents/view';
import { SeverityLabel } from '../incidents/Severity';
import { Link } from '../router';
import { full, momentSeconds, msOf, zoneName, type Zone } from '../time';
import { AgentName } from '../ui/Lane';
import { withZone } from '../zone';
import { Actions } from './Actions';
import type { IncidentDetail } from './shapes';
import { escalatedWords } from './words';
import './head.css';

interface Props {
  detail: IncidentDetail;
  now: number;
  zone: Zone;
  onChanged: () => void;
}

export function Head({ detail, now, zone, onChanged }: Props) {
  const { incident } = detail;
  const monitor = incident.labels.monitor;
  return (
    <section className="inc-top" aria-label="Incident">
      <div className="inc-name">
        <p className="inc-line">
          <SeverityLabel severity={incident.severity} />
          {incident.agent !== null && (
            <Link href={withZone(incidentsHref({ agent: incident.agent }), zone)} title="Open incidents of this agent">
              <AgentName agent={incident.agent} />
            </Link>
          )}
          {typeof monitor === 'string' && <Link href={withZone(`/monitors/${encodeURIComponent(monitor)}`, zone)}>Monitor {monitor}</Link>}
          <Link href={withZone(`/rules?rule=${encodeURIComponent(incident.rule)}`, zone)}>Rule {incident.rule}</Link>
          <span className="mut">{detail.rule_words ?? 'This rule is not in force any more.'}</span>
        </p>
        <h2>{incident.summary}</h2>
        {incident.escalated && <p className="inc-escalated">{escalatedWords(incident)}</p>}
        {detail.rule_summary && <p className="inc-meaning">{detail.rule_summary}</p>}
        {detail.runbook && <p className="inc-meaning mono">{detail.runbook}</p>}
      </div>
      <Actions incident={incident} onChanged={onChanged} />
      <Figures detail={detail} now={now} zone={zone} />
    </section>
  );
}

function Figures({ detail: { incident }, now, zone }: Omit<Props, 'onChanged'>) {
  const { unit, value, worst, escalated, resolved_ns: resolvedNs, fired_ns: firedNs } = incident;
  const muted = muteWords(incident, now, zone);
  return (
    <dl className="inc-figures">
      {value !== null && <Cell title={resolvedNs === null ? 'Value' : 'Value at the end'}>{figure(value, unit)}</Cell>}
      {incident.threshold !== null && <Cell title="Limit">{limitWords(incident)}</Cell>}
      {worst !== null && <Cell title="Worst">{figure(worst, unit)}</Cell>}
      <Cell title={`Fired, ${zoneName(zone)}`} exact={full(msOf(firedNs), zone)}>
        {momentSeconds(msOf(firedNs), now, zone)}
      </Cell>
      {escalated && (
        <Cell title="Critical since" exact={full(msOf(escalated.at_ns), zone)}>
          {momentSeconds(msOf(escalated.at_ns), now, zone)}
        </Cell>
      )}
      <Cell title={resolvedNs === null ? 'Open for' : 'Was open for'} exact={resolvedNs === null ? undefined : full(msOf(resolvedNs), zone)}>
        {lasted(incident, now)}
      </Cell>
      {incident.acknowledged_by !== null && <Cell title="Seen by">{incident.acknowledged_by}</Cell>}
      {muted && <Cell title="Told">{muted}</Cell>}
      {incident.resolved_by !== null && <Cell title="Resolved by">{incident.resolved_by}</Cell>}
    </dl>
  );
}

function Cell({ title, exact, children }: { title: string; exact?: string; children: string }) {
  return (
    <div title={exact}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
