/** `/incidents/:id`: what fired, its course, what is behind it, who was told and what was done. */
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { Icon } from '../icons';
import { incidentAt } from '../incidents/view';
import { IssueLinks } from '../issue/IssueLinks';
import { useKeys } from '../keyboard';
import { currentAddress, Link, navigate, usePath } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
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
import './incident.css';

const EVERY_MS = 3_000;
const CHART_EVERY_MS = 5_000;
const KEYS: KeyHelp = [
  ['y', 'Copy link'],
  ['Esc', 'Back to the incidents'],
];

export default function IncidentPage() {
  const id = incidentAt(usePath());
  if (id === null) {
    return (
      <>
        <TopBar title="Incident" parent={{ href: '/incidents', title: 'Incidents' }} />
        <Missing title="There is no such incident" />
      </>
    );
  }
  return <OneIncident key={id} id={id} />;
}

function OneIncident({ id }: { id: number }) {
  const { data, error, loadedAt, loading, refresh } = useQuery(`incident ${id}`, (signal) => fetchIncident(id, signal));
  const chart = useQuery(`chart ${id}`, (signal) => fetchChart(id, signal));
  const isOpen = data?.incident.status !== 'resolved';
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, EVERY_MS);
  useEvery(() => isOpen && chart.refresh(), CHART_EVERY_MS);
  const [help, setHelp] = useHelp();
  const copyLink = (): void => void copy(currentAddress(), 'Link');
  useKeys({ y: copyLink, Escape: () => navigate('/incidents') });
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title={`Incident ${id}`} parent={{ href: '/incidents', title: 'Incidents' }}>
        <button type="button" className="btn square" aria-label="Copy link" title="Copy link (y)" onClick={copyLink}>
          <Icon name="link" />
        </button>
      </TopBar>
      {error && data && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {error && !data && <Missing title={error.message} hint={error.hint} onRetry={error.status === 404 ? undefined : refresh} />}
      {data && <Loaded detail={data} chart={chart.data} onChanged={refresh} />}
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function Loaded({ detail, chart, onChanged }: { detail: IncidentDetail; chart: ChartAnswer | null; onChanged: () => void }) {
  const now = useNow(1_000);
  const { incident, evidence, notifications } = detail;
  return (
    <div className="one-inc">
      <Head detail={detail} now={now} onChanged={onChanged} />
      <Chart chart={chart} kind={incident.kind} now={now} />
      <div className="inc-split">
        <div className="inc-main">
          <Traces evidence={evidence} now={now} />
          <Behind detail={detail} />
          <IssueLinks title="Issues" links={evidence.issues} />
          <Breadcrumbs detail={detail} />
          <section aria-label="Who was told">
            <h3>Who was told</h3>
            {notifications.length === 0 ? (
              <p className="mut">{incident.muted ? 'Nobody: it is muted.' : 'Nobody yet.'}</p>
            ) : (
              <Messages messages={notifications} now={now} of={incident.id} />
            )}
          </section>
        </div>
        <aside className="inc-side" aria-label="About the incident">
          <Timeline incident={incident.id} activity={detail.activity} now={now} onSaid={onChanged} />
          <Others title={`Also open of ${incident.agent ?? ''}`} incidents={detail.others} now={now} />
        </aside>
      </div>
    </div>
  );
}

function Missing({ title, hint, onRetry }: { title: string; hint?: string | null; onRetry?: () => void }) {
  return (
    <EmptyState
      title={title}
      action={
        onRetry ? (
          <button type="button" className="btn" onClick={onRetry}>
            Retry
          </button>
        ) : (
          <Link className="btn" href="/incidents">
            See all incidents
          </Link>
        )
      }
    >
      {hint && <p>{hint}</p>}
    </EmptyState>
  );
}
