/** What fired, of whom, how bad; how it stands, and what can be done about it. */
import { figure, lasted, limitWords, muteWords } from '../incidents/words';
import { incidentsHref } from '../incidents/view';
import { SeverityLabel } from '../incidents/Severity';
import { Link } from '../router';
import { full, momentSeconds, msOf } from '../time';
import { AgentName } from '../ui/Lane';
import { Actions } from './Actions';
import type { IncidentDetail } from './shapes';
import './head.css';

interface Props {
  detail: IncidentDetail;
  now: number;
  onChanged: () => void;
}

export function Head({ detail, now, onChanged }: Props) {
  const { incident } = detail;
  const monitor = incident.labels.monitor;
  return (
    <section className="inc-top" aria-label="Incident">
      <div className="inc-name">
        <p className="inc-line">
          <SeverityLabel severity={incident.severity} />
          {incident.agent !== null && (
            <Link href={incidentsHref({ agent: incident.agent })} title="Open incidents of this agent">
              <AgentName agent={incident.agent} />
            </Link>
          )}
          {typeof monitor === 'string' && <Link href={`/monitors/${encodeURIComponent(monitor)}`}>Monitor {monitor}</Link>}
          <Link href={`/rules?rule=${encodeURIComponent(incident.rule)}`}>Rule {incident.rule}</Link>
          <span className="mut">{detail.rule_words ?? 'This rule is not in force any more.'}</span>
        </p>
        <h2>{incident.summary}</h2>
        {detail.rule_summary && <p className="inc-meaning">{detail.rule_summary}</p>}
        {detail.runbook && <p className="inc-meaning mono">{detail.runbook}</p>}
      </div>
      <Actions incident={incident} onChanged={onChanged} />
      <Figures detail={detail} now={now} />
    </section>
  );
}

function Figures({ detail: { incident }, now }: Pick<Props, 'detail' | 'now'>) {
  const { unit, value, worst, resolved_ns: resolvedNs, fired_ns: firedNs } = incident;
  const muted = muteWords(incident, now, 'utc');
  return (
    <dl className="inc-figures">
      {value !== null && <Cell title={resolvedNs === null ? 'Value' : 'Value at the end'}>{figure(value, unit)}</Cell>}
      {incident.threshold !== null && <Cell title="Limit">{limitWords(incident)}</Cell>}
      {worst !== null && <Cell title="Worst">{figure(worst, unit)}</Cell>}
      <Cell title="Fired, UTC" exact={full(msOf(firedNs), 'utc')}>
        {momentSeconds(msOf(firedNs), now, 'utc')}
      </Cell>
      <Cell title={resolvedNs === null ? 'Open for' : 'Was open for'} exact={resolvedNs === null ? undefined : full(msOf(resolvedNs), 'utc')}>
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
