/** `/incidents/:id`: what fired, its course, what is behind it, who was told and what was done. */
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { IssueLinks } from '../issue/IssueLinks';
import type { Zone } from '../time';
import { NoSubject, SubjectPage, useSubject, type Kind } from '../ui/SubjectPage';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { useZone } from '../ui/useZone';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { withZone } from '../zone';
import { fetchChart, fetchIncident } from './api';
import { Behind } from './Behind';
import { Breadcrumbs } from './Breadcrumbs';
import { Chart } from './Chart';
import { Head } from './Head';
import { Messages } from './Messages';
import { Others } from './Others';
import type { IncidentDetail, Chart as ChartAnswer } from './shapes';
import { Timeline } from './Timeline';
import { Traces } from './Traces';
import { nobodyWords } from './words';
import './incident.css';

const EVERY_MS = 3_000;
const CHART_EVERY_MS = 5_000;
const INCIDENT: Kind = { one: 'Incident', all: { href: '/incidents', title: 'Incidents' } };

export default function IncidentPage() {
  const id = useSubject(INCIDENT);
  return id === null ? <NoSubject kind={INCIDENT} /> : <OneIncident key={id} id={id} />;
}

function OneIncident({ id }: { id: number }) {
  const [zone, setZone] = useZone();
  const incident = useQuery(`incident ${id}`, (signal) => fetchIncident(id, signal));
  const chart = useQuery(`chart ${id}`, (signal) => fetchChart(id, signal));
  useCommits(incident.refresh, EVERY_MS);
  useEvery(incident.refresh, EVERY_MS);
  useEvery(() => chart.data?.resolved_ns == null && chart.refresh(), CHART_EVERY_MS);
  const refreshBoth = (): void => {
    incident.refresh();
    chart.refresh();
  };
  return (
    <SubjectPage
      kind={INCIDENT}
      id={id}
      query={incident}
      controls={<ZoneSwitch zone={zone} onZone={setZone} />}
      backHref={withZone(INCIDENT.all.href, zone)}
    >
      {(detail) => <Loaded detail={detail} chart={chart.data} zone={zone} onChanged={refreshBoth} />}
    </SubjectPage>
  );
}

interface LoadedProps {
  detail: IncidentDetail;
  chart: ChartAnswer | null;
  zone: Zone;
  onChanged: () => void;
}

function Loaded({ detail, chart, zone, onChanged }: LoadedProps) {
  const now = useNow(1_000);
  const { incident, evidence, notifications } = detail;
  return (
    <div className="subject one-inc">
      <Head detail={detail} now={now} zone={zone} onChanged={onChanged} />
      <Chart chart={chart} kind={incident.kind} now={now} zone={zone} />
      <div className="subject-split">
        <div className="subject-main">
          <Traces evidence={evidence} now={now} zone={zone} />
          <Behind detail={detail} />
          <IssueLinks title="Issues" links={evidence.issues} />
          <Breadcrumbs detail={detail} zone={zone} />
          <section aria-label="Who was told">
            <h3>Who was told</h3>
            {notifications.length === 0 ? (
              <p className="mut">{nobodyWords(incident)}</p>
            ) : (
              <Messages messages={notifications} now={now} zone={zone} showIncidents={false} />
            )}
          </section>
        </div>
        <aside className="subject-side" aria-label="About the incident">
          <Timeline incident={incident.id} activity={detail.activity} now={now} zone={zone} onSaid={onChanged} />
          <Others title={`Also open of ${incident.agent ?? ''}`} incidents={detail.others} now={now} zone={zone} />
        </aside>
      </div>
    </div>
  );
}
