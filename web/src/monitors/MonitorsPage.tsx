/** `/monitors`: which jobs ran, which are late, and when each is expected next; those in trouble come first. */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { RangePicker } from '../decisions/RangePicker';
import { frozenAddress } from '../decisions/view';
import { count } from '../format';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress, Link } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { EnvironmentMenu } from '../ui/EnvironmentMenu';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useEvery } from '../ui/useEvery';
import { rowKeys } from '../ui/rowKeys';
import { useNow } from '../ui/useNow';
import { fetchMonitors, type Monitor } from './api';
import { FirstMonitor } from './FirstMonitor';
import { LaneRow } from './LaneRow';
import { Legend } from './Legend';
import { useMonitorsView } from './useMonitorsView';
import { DEFAULT_RANGE, monitorHref, monitorsQuery, PRESETS, type View } from './view';
import './monitors.css';

const EVERY_MS = 10_000;
const KEYS: KeyHelp = [
  ['j k', 'Move'],
  ['Enter', 'Open'],
  ['y', 'Copy link'],
];

export default function MonitorsPage() {
  const [view, actions] = useMonitorsView();
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  const query = monitorsQuery(view).toString();
  const { data, error, loadedAt, loading, refresh } = useQuery(query, (signal) => fetchMonitors(query, signal), {
    keep: true,
  });
  useCommits(refresh, EVERY_MS);
  useEvery(refresh, EVERY_MS);
  const copyLink = (): void => void copy(frozenAddress(currentAddress(), Date.now(), DEFAULT_RANGE), 'Link');
  useKeys({ ...rowKeys('.monitor h2 a'), y: copyLink });

  const environments = [
    ...new Set((data?.monitors ?? []).flatMap((monitor) => monitor.environments.map((lane) => lane.environment))),
  ].sort();
  const body = (): ReactNode => {
    if (error && data === null) return <Failed error={error} onRetry={refresh} />;
    if (data?.monitors.length === 0) {
      return view.environment === null ? (
        <FirstMonitor />
      ) : (
        <EmptyState
          title={`No monitor was heard in ${view.environment}`}
          action={
            <button type="button" className="btn" onClick={() => actions.setEnvironment(null)}>
              Show all environments
            </button>
          }
        />
      );
    }
    return (
      <>
        <Legend />
        <div className="monitors-head" aria-hidden="true">
          <span>Environment</span>
          <span>Status</span>
          <span>Check-ins</span>
          <span className="num">OK</span>
          <span>Expected next</span>
          <span>Last check-in</span>
        </div>
        {data?.monitors.map((monitor) => (
          <MonitorGroup key={`${monitor.project} ${monitor.slug}`} monitor={monitor} view={view} now={now} />
        ))}
      </>
    );
  };
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar
        title="Monitors"
        aside={data && data.monitors.length > 0 && <span className="mut">{count(data.monitors.length)}</span>}
      >
        <EnvironmentMenu
          environment={view.environment}
          environments={environments}
          onEnvironment={actions.setEnvironment}
        />
        <RangePicker
          range={view.range}
          zone={view.zone}
          presets={PRESETS}
          onRange={actions.setRange}
          onZone={actions.setZone}
        />
        <button type="button" className="btn square" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="monitors">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function MonitorGroup({ monitor, view, now }: { monitor: Monitor; view: View; now: number }) {
  return (
    <section className="monitor" aria-label={monitor.name}>
      <header>
        <h2>
          <Link href={monitorHref(monitor, view)}>{monitor.name}</Link>
        </h2>
        <span className="mut">{monitor.schedule_words ?? 'no schedule yet'}</span>
        {!monitor.enabled && <span className="tag">disabled</span>}
        {monitor.muted && <span className="tag">muted</span>}
        {monitor.config_problem && <span className="monitor-problem">{monitor.config_problem}</span>}
      </header>
      <div role="list">
        {monitor.environments.map((lane) => (
          <LaneRow key={lane.environment} {...{ monitor, lane, now }} zone={view.zone} />
        ))}
      </div>
      {monitor.environments.length === 0 && <p className="monitor-none">Waiting for the first check-in</p>}
    </section>
  );
}
